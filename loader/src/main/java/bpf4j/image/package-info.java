/**
 * Kernel types from files: raw BTF, ELF, kernel images as they lie in {@code /boot}, and BTFHub's archives, each
 * recognised by its content.
 *
 * <p>Start at {@link bpf4j.image.BtfFile}, or at {@link bpf4j.image.KernelImage} for the configuration and the release
 * too. Reading gives the same result on any machine and needs no privileges.
 *
 * <p>gzip, lz4 and zstd need nothing but this library. xz and lzma need {@code org.tukaani:xz} at run time, bzip2 and
 * tar {@code org.apache.commons:commons-compress}; neither comes with it.
 */
package bpf4j.image;
