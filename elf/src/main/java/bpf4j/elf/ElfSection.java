package bpf4j.elf;

import java.lang.foreign.MemorySegment;

/**
 * One section header with its contents. Fields are those of {@code Elf64_Shdr}.
 *
 * @param index the section's index in the file
 * @param name its name, empty for the null section
 * @param type {@code sh_type}, for instance {@link Elf#SHT_PROGBITS}
 * @param flags {@code sh_flags}, a set of {@code SHF_*} bits
 * @param address {@code sh_addr}, the virtual address in an image, 0 in a relocatable object
 * @param offset {@code sh_offset}, in bytes from the start of the file
 * @param size {@code sh_size} in bytes; for {@link Elf#SHT_NOBITS} the size in memory, whatever the file holds
 * @param link {@code sh_link}: for symbol tables the string table, for relocations the symbol table
 * @param info {@code sh_info}: for relocations the section that they change
 * @param alignment {@code sh_addralign} in bytes
 * @param entrySize {@code sh_entsize} in bytes, 0 where the section is no table
 * @param data the contents, a read-only window of the file; empty for {@link Elf#SHT_NOBITS}
 */
public record ElfSection(int index, String name, int type, long flags, long address, long offset, long size, int link,
        int info, long alignment, long entrySize, MemorySegment data) {

    /** {@return whether the section holds instructions} */
    public boolean isExecutable() {
        return (flags & Elf.SHF_EXECINSTR) != 0;
    }

    /** {@return whether the section is of type {@link Elf#SHT_REL} or {@link Elf#SHT_RELA}} */
    public boolean isRelocations() {
        return type == Elf.SHT_REL || type == Elf.SHT_RELA;
    }
}
