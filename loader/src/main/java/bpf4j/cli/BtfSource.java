package bpf4j.cli;

import bpf4j.btf.Btf;
import bpf4j.image.BtfFile;
import bpf4j.kernel.KernelBtf;
import bpf4j.kernel.KernelObjects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where types come from, in the words of a command line: {@code file PATH} and {@code id N} as bpftool has them, and by
 * one word alone a file, {@code vmlinux} or a module of the running kernel. A file below {@code /sys/kernel/btf} has
 * the kernel's types as its base.
 */
final class BtfSource {

    /** What may stand on the command line. */
    static final String SYNOPSIS = "FILE | vmlinux | MODULE | file FILE | id N";

    private static final Path KERNEL = Path.of("/sys/kernel/btf");
    private static final String VMLINUX = "vmlinux";

    private final Supplier<KernelObjects> objects;
    private final Optional<Path> base;

    /**
     * Makes a reader.
     *
     * @param objects the kernel's objects
     * @param base the file with the base of split types, where it is not the running kernel
     */
    BtfSource(KernelObjects objects, Optional<Path> base) {
        this(() -> objects, base);
    }

    /**
     * Makes a reader that does without the kernel's objects where it can.
     *
     * @param objects the kernel's objects, for the word {@code id}
     * @param base the file with the base of split types, where it is not the running kernel
     */
    BtfSource(Supplier<KernelObjects> objects, Optional<Path> base) {
        this.objects = objects;
        this.base = base;
    }

    /** Takes the words for one source and reads it. */
    Btf next(Words words) {
        if (words.take("id")) {
            return objects.get().btf(words.number("id"));
        }
        if (words.take("file")) {
            return read(Path.of(words.next("file behind 'file'")));
        }
        String word = words.next("types: " + SYNOPSIS);
        return named(word).orElseThrow(
                () -> words.wrong("'%s' is neither a file nor 'vmlinux' nor a loaded module.".formatted(word)));
    }

    /** {@return whether one word is a file, the kernel or a module} */
    boolean names(String word) {
        try {
            return Files.exists(Path.of(word)) || word.equals(VMLINUX)
                    || word.indexOf('/') < 0 && Files.exists(KERNEL.resolve(word));
        } catch (InvalidPathException _) {
            return false;
        }
    }

    /** {@return the types that one word names, if it is a file, the kernel or a module} */
    Optional<Btf> named(String word) {
        if (!names(word)) {
            return Optional.empty();
        }
        Path file = Path.of(word);
        if (Files.exists(file)) {
            return Optional.of(read(file));
        }
        return Optional.of(word.equals(VMLINUX) ? vmlinux() : read(KERNEL.resolve(word)));
    }

    /** Read where the kernel shows it, which is quicker for one look than to map it. */
    private Btf vmlinux() {
        Path file = KERNEL.resolve(VMLINUX);
        return Files.exists(file) ? read(file) : KernelBtf.shared().vmlinux();
    }

    private Btf read(Path file) {
        try {
            InputFile.check(file);
            boolean kernel = file.endsWith(VMLINUX) && KERNEL.equals(file.toAbsolutePath().normalize().getParent());
            if (base.isPresent() && !kernel) {
                return BtfFile.read(file, BtfFile.read(InputFile.check(base.get())));
            }
            boolean module = !kernel && KERNEL.equals(file.toAbsolutePath().normalize().getParent());
            return module ? BtfFile.read(file, KernelBtf.shared().vmlinux()) : BtfFile.read(file);
        } catch (IOException | RuntimeException e) {
            throw new FailureException(file, Failure.of(e, Optional.empty()));
        }
    }
}
