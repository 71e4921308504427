/**
 * The ELF container of BPF objects: 64-bit, both byte orders, read as bounded windows over the file's own bytes.
 *
 * <p>Start at {@link bpf4j.elf.ElfFile}. The format is that of the System V ABI, chapters 4 and 5; constants keep the
 * names of {@code <elf.h>} and stand in {@link bpf4j.elf.Elf}. Everything here is immutable and safe for use by many
 * threads; a segment that the caller handed in has to stay alive and unchanged for as long as the model is used.
 */
package bpf4j.elf;
