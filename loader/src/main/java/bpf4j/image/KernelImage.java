package bpf4j.image;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfFormatException;
import bpf4j.elf.ElfFormatException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * What a kernel image tells about its kernel: x86 bzImage, EFI zboot, the flat {@code Image} of arm64, RISC-V and
 * LoongArch, an ELF {@code vmlinux}, each of them also compressed. Other files that {@link BtfFile} knows have BTF
 * alone. Immutable and thread-safe; nothing of the file stays mapped or in memory but these.
 *
 * @param btf the kernel's types, if it was built with {@code CONFIG_DEBUG_INFO_BTF}
 * @param config the text of the configuration, if the kernel was built with {@code CONFIG_IKCONFIG}
 * @param release what {@code uname -r} shows, from the kernel's "Linux version" text
 */
public record KernelImage(Optional<Btf> btf, Optional<String> config, Optional<String> release) {

    /** Makes one; no argument is {@code null}. */
    public KernelImage {
        Objects.requireNonNull(btf);
        Objects.requireNonNull(config);
        Objects.requireNonNull(release);
    }

    static KernelImage ofBtf(Btf btf) {
        return new KernelImage(Optional.of(btf), Optional.empty(), Optional.empty());
    }

    /**
     * Reads a file; its content tells what it is.
     *
     * @param path the file, unchanged while it is read
     * @return what it tells
     * @throws IOException if the file cannot be read
     * @throws ImageFormatException if it is nothing known, is damaged, or expands beyond 1 GiB or 64 times its size (at
     *     least 16 MiB are allowed); or if its compression has no decoder at run time (see the package's description)
     * @throws ElfFormatException if it holds a malformed ELF file
     * @throws BtfFormatException if it holds malformed BTF
     */
    public static KernelImage read(Path path) throws IOException {
        return new ImageReader(Optional.empty(), Optional.empty(), true).read(path);
    }

    /**
     * Reads bytes in memory.
     *
     * @param image the whole file; needed only during the call
     * @param name what messages call it
     * @return what it tells
     * @throws ImageFormatException as {@link #read} does
     * @throws ElfFormatException if it holds a malformed ELF file
     * @throws BtfFormatException if it holds malformed BTF
     */
    public static KernelImage parse(MemorySegment image, String name) {
        return new ImageReader(Optional.empty(), Optional.empty(), true).parse(image, name);
    }
}
