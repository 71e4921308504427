package bpf4j.kernel;

import bpf4j.sys.BpfCalls;
import bpf4j.sys.Errno;
import bpf4j.sys.Fd;
import bpf4j.sys.Syscall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** Pins: files of a BPF file system that keep an object alive. */
public final class Pins {

    private Pins() {
    }

    /**
     * Pins an object. The folder is made if it is missing, readable for its owner only.
     *
     * @param calls the kernel
     * @param fd the object's descriptor
     * @param path a new file in a BPF file system
     * @param subject what is pinned, for messages
     * @throws KernelException if the path is not in a BPF file system or the kernel refuses
     */
    @SuppressWarnings("exports")
    public static void pin(BpfCalls calls, int fd, Path path, String subject) {
        if (!calls.kernel().isImagined()) {
            makeFolder(path, subject);
        }
        int status = calls.objects().pin(fd, path.toString());
        if (status < 0) {
            throw KernelException.refused(Step.PIN, subject + " at " + path, "", -status);
        }
    }

    /**
     * Opens a pinned object.
     *
     * @param calls the kernel
     * @param path its file
     * @param subject what is opened, for messages
     * @return its descriptor, empty if there is no such file
     * @throws KernelException if the kernel refuses for another reason
     */
    @SuppressWarnings("exports")
    public static Optional<Fd> open(BpfCalls calls, Path path, String subject) {
        return open(calls, path, 0, subject);
    }

    /** Opens a pinned map with flags about the access. */
    static Optional<Fd> open(BpfCalls calls, Path path, int flags, String subject) {
        int number = calls.objects().openPinned(path.toString(), flags);
        if (number == -Errno.ENOENT.number()) {
            return Optional.empty();
        }
        if (number < 0) {
            throw KernelException.refused(Step.PIN, subject + " at " + path, "", -number);
        }
        return Optional.of(Fd.owning(number, subject + " pinned at " + path, calls.kernel()));
    }

    /**
     * Removes a pin. What it kept alive goes when nobody else holds it.
     *
     * @param path the file
     * @param subject what was pinned, for messages
     * @throws KernelException if the file cannot be removed
     */
    public static void unpin(Path path, String subject) {
        try {
            Files.delete(path);
        } catch (IOException e) {
            throw new KernelException(Step.PIN, subject, 0, "the pin cannot be removed: " + e, e);
        }
    }

    /** Looks at the file system before it makes anything in it, so that a wrong path leaves no folders behind. */
    private static void makeFolder(Path path, String subject) {
        Path folder = path.toAbsolutePath().getParent();
        Path existing = folder;
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        if (Syscall.fileSystemType(existing.toString()) != Syscall.BPF_FS_MAGIC) {
            throw new KernelException(Step.PIN, subject, 0,
                    "%s is not in a BPF file system: mount one with 'mount -t bpf bpf DIR'".formatted(folder));
        }
        try {
            Files.createDirectories(folder,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new KernelException(Step.PIN, subject, 0, "the folder cannot be made: " + e, e);
        }
    }
}
