package bpf4j.kernel;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.KernelTypes;
import bpf4j.elf.ElfFormatException;
import bpf4j.sys.Fd;
import bpf4j.sys.Memory;
import bpf4j.sys.Syscall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The running kernel's types: {@code /sys/kernel/btf}, mapped where the kernel allows it and read otherwise, or an
 * uncompressed {@code vmlinux} on kernels that do not show theirs. Nothing is read before it is asked for, and then
 * once. Safe for use by several threads. Most users share {@link #shared()}.
 */
public final class KernelBtf implements KernelTypes, AutoCloseable {

    private static final Path SYSFS = Path.of("/sys/kernel/btf");
    /** The name of the kernel's own types. */
    static final String VMLINUX = "vmlinux";
    /** Where distributions put an uncompressed kernel image; {@code %s} is the release. */
    private static final List<String> IMAGES = List.of("/boot/vmlinux-%s", "/lib/modules/%s/vmlinux-%s",
            "/lib/modules/%s/build/vmlinux", "/usr/lib/modules/%s/kernel/vmlinux", "/usr/lib/debug/boot/vmlinux-%s",
            "/usr/lib/debug/boot/vmlinux-%s.debug", "/usr/lib/debug/lib/modules/%s/vmlinux");

    private static KernelBtf shared;

    private final Path folder;
    private final Arena arena = Arena.ofShared();
    private int readCount;
    private Btf vmlinux;
    private List<Btf> modules;
    private boolean closed;

    /** Makes a view of the running kernel's types that is not shared. */
    public KernelBtf() {
        this(SYSFS);
    }

    KernelBtf(Path folder) {
        this.folder = folder;
    }

    /** {@return the one view that all loads of this process use; it stays open until somebody closes it} */
    public static synchronized KernelBtf shared() {
        if (shared == null || shared.isClosed()) {
            shared = new KernelBtf();
        }
        return shared;
    }

    @Override
    public synchronized Btf vmlinux() {
        requireOpen();
        if (vmlinux == null) {
            vmlinux = readVmlinux();
        }
        return vmlinux;
    }

    /**
     * The loaded modules' types. Modules that come later are seen by a new view only.
     *
     * @throws KernelException if they cannot be read
     */
    @Override
    public synchronized List<Btf> modules() {
        requireOpen();
        if (modules == null) {
            Btf base = vmlinux();
            List<Btf> found = new ArrayList<>();
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.sorted().toList()) {
                    String name = file.getFileName().toString();
                    if (!name.equals(VMLINUX)) {
                        readCount++;
                        found.add(Btf.parseSplit(MemorySegment.ofArray(Files.readAllBytes(file)), base, name));
                    }
                }
            } catch (IOException | UncheckedIOException e) {
                throw new KernelException(Step.KERNEL_BTF, folder.toString(), 0, e.toString(), e);
            }
            modules = List.copyOf(found);
        }
        return modules;
    }

    /** {@return how many files were read or mapped so far: one for the kernel proper, one for each module} */
    synchronized int readCount() {
        return readCount;
    }

    /** Unmaps the kernel's types. Whoever still uses them gets an {@link IllegalStateException}. Idempotent. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            vmlinux = null;
            modules = null;
            arena.close();
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("kernel BTF is closed");
        }
    }

    private Btf readVmlinux() {
        Path file = folder.resolve(VMLINUX);
        try {
            Btf types;
            try {
                types = Btf.parse(contents(file), VMLINUX);
            } catch (NoSuchFileException e) {
                types = readImage().orElseThrow(() -> new UnsupportedFeatureException(Step.KERNEL_BTF,
                        file.toString(), 0, "BTF of its own", "Linux 5.2 built with CONFIG_DEBUG_INFO_BTF"));
            }
            readCount++;
            return types;
        } catch (IOException | BtfFormatException | ElfFormatException e) {
            throw new KernelException(Step.KERNEL_BTF, file.toString(), 0, e.toString(), e);
        }
    }

    private Optional<Btf> readImage() throws IOException {
        if (folder.equals(SYSFS)) {
            String release = Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
            for (String image : IMAGES) {
                try {
                    return Optional.of(Btf.read(Path.of(image.replace("%s", release))));
                } catch (NoSuchFileException | AccessDeniedException e) {
                    // The next one may be there, and readable for others than root.
                    continue;
                }
            }
        }
        return Optional.empty();
    }

    private MemorySegment contents(Path file) throws IOException {
        long size = Files.size(file);
        int number = Syscall.open(file.toString(), Syscall.O_RDONLY);
        if (number >= Fd.MIN_NUMBER && size > 0) {
            try (Fd fd = Fd.owning(number, file.toString())) {
                if (Memory.map(arena, fd, 0, size, Memory.PROT_READ, Memory.MAP_PRIVATE)
                        instanceof Memory.Mapping.Mapped(MemorySegment memory)) {
                    return memory;
                }
            }
        }
        return MemorySegment.ofArray(Files.readAllBytes(file));
    }
}
