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
 * Reads BTF from whatever file holds it: raw BTF, an ELF file, a kernel image (see {@link KernelImage}), or a tar
 * archive of raw BTF; each of them plain or compressed by gzip, xz, zstd, lz4 (legacy frame), bzip2 or lzma. The
 * content tells which, not the name. The result is over a heap copy of the types alone.
 *
 * <p>A file that expands to more than 1 GiB, or to more than 64 times its size (at least 16 MiB are allowed), is
 * refused with an {@link ImageFormatException}; so is one whose compression has no decoder at run time (see the
 * package's description).
 */
public final class BtfFile {

    private BtfFile() {
    }

    /**
     * Reads the BTF of a file, in an archive that of its only file.
     *
     * @param path the file, unchanged while it is read
     * @return the BTF
     * @throws IOException if the file cannot be read
     * @throws ImageFormatException if it is nothing known, is damaged, expands to too much, has no BTF, is a module
     *     whose base is needed, or an archive of several files
     * @throws ElfFormatException if it holds a malformed ELF file
     * @throws BtfFormatException if it holds malformed BTF
     */
    public static Btf read(Path path) throws IOException {
        return btf(new ImageReader(Optional.empty(), Optional.empty(), false).read(path), path);
    }

    /**
     * Reads split BTF, raw or of a kernel module ({@code .ko}, also compressed).
     *
     * @param path the file, unchanged while it is read
     * @param base the BTF that it was split from
     * @return the BTF, which includes the base's ids
     * @throws IOException if the file cannot be read
     * @throws ImageFormatException as {@link #read(Path)} does; or if the module brings a base of its own
     *     ({@code .BTF.base})
     * @throws ElfFormatException if it holds a malformed ELF file
     * @throws BtfFormatException if it holds malformed BTF, or the byte orders differ
     */
    public static Btf read(Path path, Btf base) throws IOException {
        return btf(new ImageReader(Optional.of(base), Optional.empty(), false).read(path), path);
    }

    /**
     * Reads the BTF of one of an archive's files.
     *
     * @param archive the archive, unchanged while it is read
     * @param member the file's name in it, with or without its folders
     * @return the BTF
     * @throws IOException if the archive cannot be read
     * @throws ImageFormatException as {@link #read(Path)} does; or if it has no such file, or several
     * @throws ElfFormatException if the file is malformed ELF
     * @throws BtfFormatException if the file is malformed BTF
     */
    public static Btf readMember(Path archive, String member) throws IOException {
        Objects.requireNonNull(member);
        return btf(new ImageReader(Optional.empty(), Optional.of(member), false).read(archive), archive);
    }

    /**
     * Reads the BTF of a file in memory, in an archive that of its only file.
     *
     * @param file the whole file; needed only during the call
     * @param name what messages call it
     * @return the BTF
     * @throws ImageFormatException as {@link #read(Path)} does
     * @throws ElfFormatException if it holds a malformed ELF file
     * @throws BtfFormatException if it holds malformed BTF
     */
    public static Btf parse(MemorySegment file, String name) {
        return required(new ImageReader(Optional.empty(), Optional.empty(), false).parse(file, name), name);
    }

    private static Btf btf(KernelImage image, Path path) {
        return required(image, String.valueOf(path.getFileName()));
    }

    private static Btf required(KernelImage image, String name) {
        return image.btf().orElseThrow(() -> new ImageFormatException(
                name + ": .BTF: there is none; a kernel has it when built with CONFIG_DEBUG_INFO_BTF"));
    }
}
