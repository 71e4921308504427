package bpf4j.fuzz;

import bpf4j.elf.Elf;
import bpf4j.elf.ElfFile;
import bpf4j.elf.ElfSection;
import java.util.List;

/** The fields of an intact ELF file: headers, symbols, relocations, and the types in it. */
final class ElfLayout {

    static final int SECTION_HEADER_BYTES = 64;
    private static final int[] HEADER = {1, 1, 1, 1, 1, 1, 1, 1, 8, 2, 2, 4, 8, 8, 8, 4, 2, 2, 2, 2, 2, 2};
    private static final int[] SECTION = {4, 4, 8, 8, 8, 8, 4, 4, 8, 8};
    private static final int[] SEGMENT = {4, 4, 8, 8, 8, 8, 8, 8};
    private static final int[] SYMBOL = {4, 1, 1, 2, 8, 8};
    private static final int[] REL = {8, 4, 4};
    private static final int[] RELA = {8, 4, 4, 8};
    private static final int[] WORDS = {4};
    private static final int[] HALVES = {2};

    private ElfLayout() {
    }

    static List<Column> columns(byte[] bytes) {
        Columns columns = new Columns();
        ElfFile file = ElfFile.parse(bytes);
        addRows(columns, "Elf64_Ehdr", HEADER, 0, 64);
        int table = sectionTable(bytes);
        addRows(columns, "Elf64_Shdr", SECTION, table, table + file.sections().size() * SECTION_HEADER_BYTES);
        long segments = Format.buffer(bytes, file.order()).getLong(32);
        addRows(columns, "Elf64_Phdr", SEGMENT, (int) segments, (int) segments + file.segments().size() * 56);
        for (ElfSection section : file.sections()) {
            int from = (int) section.offset();
            int to = from + (int) section.data().byteSize();
            switch (section.type()) {
                case Elf.SHT_SYMTAB, Elf.SHT_DYNSYM -> addRows(columns, "Elf64_Sym", SYMBOL, from, to);
                case Elf.SHT_REL -> addRows(columns, "Elf64_Rel", REL, from, to);
                case Elf.SHT_RELA -> addRows(columns, "Elf64_Rela", RELA, from, to);
                case Elf.SHT_NOTE, Elf.SHT_GNU_VERDEF, Elf.SHT_GNU_VERNEED ->
                        addRows(columns, section.name(), WORDS, from, to);
                case Elf.SHT_GNU_VERSYM -> addRows(columns, section.name(), HALVES, from, to);
                default -> addContents(columns, section, bytes, from, to);
            }
        }
        return columns.list();
    }

    /** {@return where the section headers start} */
    static int sectionTable(byte[] bytes) {
        return (int) Format.buffer(bytes, Format.ELF.order(bytes)).getLong(40);
    }

    private static void addContents(Columns columns, ElfSection section, byte[] bytes, int from, int to) {
        switch (section.name()) {
            case ".BTF" -> BtfLayout.add(columns, bytes, from, to);
            case ".BTF.ext" -> columns.addWords(".BTF.ext", from, to, 24);
            default -> {
                String name = section.isExecutable() ? "instructions" : section.name();
                addRows(columns, name, WORDS, from, to);
            }
        }
    }

    private static void addRows(Columns columns, String name, int[] widths, int from, int to) {
        int at = from;
        while (at < to) {
            for (int i = 0; i < widths.length && at + widths[i] <= to; i++) {
                columns.add("%s[%d]".formatted(name, i), widths[i], at);
                at += widths[i];
            }
            if (to - at < widths[0]) {
                return;
            }
        }
    }
}
