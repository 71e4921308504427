package bpf4j.elf;

/**
 * One relocation entry, {@code Elf64_Rel} or {@code Elf64_Rela}.
 *
 * @param offset where to relocate, in bytes from the start of the section that is changed
 * @param type {@code R_BPF_*}
 * @param symbolIndex index in the symbol table that the relocation section links to
 * @param addend the explicit addend, 0 for {@code SHT_REL}, whose addend stands in the place that is changed
 */
public record Relocation(long offset, int type, int symbolIndex, long addend) {
}
