package bpf4j.kernel;

import bpf4j.sys.BpfCommand;
import bpf4j.sys.CallBuffer;
import bpf4j.sys.Fd;
import bpf4j.sys.Kernel;
import bpf4j.sys.ObjectAttr;
import bpf4j.sys.Syscall;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The BPF file system that a token is made from: its mount says what a process in its user namespace may do. Source:
 * {@code kernel/bpf/token.c}, Linux 6.9.
 *
 * @param folder the root of the file system
 * @param mandatory whether a load without a token is an error
 */
record TokenSource(Path folder, boolean mandatory) {

    /** Names the folder for every load of a process, as it does for libbpf; empty for no token. */
    static final String VARIABLE = "LIBBPF_BPF_TOKEN_PATH";
    private static final Path USUAL = Path.of("/sys/fs/bpf");

    /**
     * Decides where a token is to come from. Outside of user namespaces the kernel makes none, so it is not asked.
     *
     * @param asked the folder that the caller names, an empty path for no token
     * @param variable the value of {@link #VARIABLE}, or null
     * @param userNamespace whether this process is in a user namespace
     */
    static Optional<TokenSource> choose(Optional<Path> asked, String variable, boolean userNamespace) {
        Optional<Path> named = asked.or(() -> Optional.ofNullable(variable).map(Path::of));
        if (named.isPresent()) {
            return named.filter(folder -> !folder.toString().isEmpty()).map(folder -> new TokenSource(folder, true));
        }
        return userNamespace ? Optional.of(new TokenSource(USUAL, false)) : Optional.empty();
    }

    /**
     * Makes a token.
     *
     * @return the token; empty where it may be done without
     * @throws KernelException if it may not
     */
    Optional<Fd> create(Kernel kernel) {
        int status = Syscall.open(folder.toString(), Syscall.O_RDONLY);
        if (status >= 0) {
            try (Fd bpffs = Fd.owning(status, folder.toString()); var buffer = CallBuffer.acquire()) {
                MemorySegment attr = ObjectAttr.TokenCreate.STRUCT.allocate(buffer);
                ObjectAttr.TokenCreate.BPFFS_FD.set(attr, bpffs.number());
                status = kernel.bpf(BpfCommand.BPF_TOKEN_CREATE, attr, ObjectAttr.TokenCreate.STRUCT.sizeBytes());
            }
        }
        if (status >= 0) {
            return Optional.of(Fd.owning(status, subject(), kernel));
        }
        if (mandatory) {
            throw KernelException.refused(Step.CREATE_TOKEN, subject(), "", -status);
        }
        return Optional.empty();
    }

    private String subject() {
        return "BPF token of " + folder;
    }
}
