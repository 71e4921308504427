package bpf4j.kernel;

import bpf4j.btf.KernelTypes;
import bpf4j.reloc.Kallsyms;
import bpf4j.reloc.Kconfig;
import bpf4j.reloc.KernelFacts;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/**
 * The facts of the kernel that this process runs on, out of {@code /proc} and {@code /boot}. Nothing is read before it
 * is asked for. Safe for use by several threads.
 */
public final class RunningKernel implements KernelFacts {

    private static final String RELEASE = "proc/sys/kernel/osrelease";
    private static final String BUILD = "proc/sys/kernel/version";
    private static final String SIGNATURE = "proc/version_signature";

    private final Supplier<? extends KernelTypes> types;
    private final KernelFeatures features;
    private final Path root;
    private final Kconfig kconfig;

    /**
     * Makes the facts.
     *
     * @param types gives the kernel's types when they are asked for
     */
    public RunningKernel(Supplier<? extends KernelTypes> types) {
        this(types, Kconfig.empty());
    }

    /**
     * Makes the facts, with options that the caller has given.
     *
     * @param types gives the kernel's types when they are asked for
     * @param given options that count before the kernel's own
     */
    public RunningKernel(Supplier<? extends KernelTypes> types, Kconfig given) {
        this(types, KernelFeatures.running(), Path.of("/"), given);
    }

    RunningKernel(Supplier<? extends KernelTypes> types, KernelFeatures features, Path root, Kconfig given) {
        this.types = types;
        this.features = features;
        this.root = root;
        this.kconfig = given.orElse(this::readKconfig);
    }

    @Override
    public KernelTypes types() {
        return types.get();
    }

    @Override
    public Kallsyms kallsyms() {
        Path file = root.resolve("proc/kallsyms");
        return new Kallsyms(file.toString(), () -> Files.newInputStream(file));
    }

    @Override
    public Kconfig kconfig() {
        return kconfig;
    }

    @Override
    public int versionCode() {
        return version().code();
    }

    @Override
    public boolean hasBpfCookie() {
        return features.has(KernelFeature.BPF_COOKIE);
    }

    @Override
    public boolean hasSyscallWrapper() {
        return features.has(KernelFeature.SYSCALL_WRAPPER);
    }

    /** {@return the features of this kernel} */
    public KernelFeatures features() {
        return features;
    }

    /**
     * Finds the version of Linux that the kernel was built from, which Debian's and Ubuntu's releases do not show.
     *
     * @return the version
     * @throws UncheckedIOException if no file tells
     */
    public KernelVersion version() {
        String release = text(RELEASE);
        String signature = Files.exists(root.resolve(SIGNATURE)) ? text(SIGNATURE) : "";
        return KernelVersion.of(release, text(BUILD), signature).orElseThrow(() -> unreadable(
                "the release '" + release + "' of this kernel does not start with a version", null));
    }

    private Kconfig readKconfig() {
        List<Path> files = List.of(root.resolve("boot/config-" + text(RELEASE)), root.resolve("proc/config.gz"));
        for (Path file : files) {
            try (InputStream in = Files.newInputStream(file)) {
                return Kconfig.read(in, file.toString());
            } catch (NoSuchFileException | AccessDeniedException e) {
                // The other one may be there, and readable.
                continue;
            } catch (IOException e) {
                throw unreadable(file + ": " + e.getMessage(), e);
            }
        }
        throw unreadable("no kernel configuration: neither " + files.get(0) + " nor " + files.get(1)
                + " can be read; give the options that the object asks for", null);
    }

    private String text(String name) {
        Path file = root.resolve(name);
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        } catch (IOException e) {
            throw unreadable(file + ": " + e.getMessage(), e);
        }
    }

    private static UncheckedIOException unreadable(String problem, IOException cause) {
        return new UncheckedIOException(problem, cause == null ? new IOException(problem) : cause);
    }

    @Override
    public String toString() {
        return "the running kernel";
    }
}
