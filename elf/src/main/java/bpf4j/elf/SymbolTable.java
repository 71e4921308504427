package bpf4j.elf;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The entries of one symbol table, read when they are asked for. */
final class SymbolTable {

    private static final int SYMBOL_SIZE = 24;

    private final ElfBytes file;
    private final ElfBytes table;
    private final ElfNames names;
    private final ElfBytes extended;
    private final int count;

    /**
     * @param file the whole file, for messages
     * @param table the entries
     * @param names their names
     * @param extended section indices that do not fit into an entry; may be null
     * @param count how many entries there are
     */
    SymbolTable(ElfBytes file, ElfBytes table, ElfNames names, ElfBytes extended, int count) {
        this.file = file;
        this.table = table;
        this.names = names;
        this.extended = extended;
        this.count = count;
    }

    List<ElfSymbol> all() {
        List<ElfSymbol> result = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            result.add(at(i));
        }
        return List.copyOf(result);
    }

    Stream<ElfSymbol> stream() {
        return IntStream.range(0, count).mapToObj(this::at);
    }

    private ElfSymbol at(int index) {
        long at = (long) index * SYMBOL_SIZE;
        String place = "symbol [" + index + "]";
        int info = table.u8(at + 4);
        int sectionIndex = table.u16(at + 6);
        if (sectionIndex == Elf.SHN_XINDEX) {
            sectionIndex = extendedIndex(index, place);
        }
        return new ElfSymbol(index, names.at(table.u32(at), place), table.i64(at + 8), table.i64(at + 16),
                info >> 4, info & 0xf, table.u8(at + 5) & 3, sectionIndex);
    }

    private int extendedIndex(int symbolIndex, String place) {
        if (extended == null) {
            throw file.fail(place, "its section index stands in a SHT_SYMTAB_SHNDX section, which is missing");
        }
        int index = extended.i32(symbolIndex * 4L);
        // An index that reads like SHN_ABS would change its meaning; no file but one of 65,280 sections can have it.
        if (index < 0 || index >= Elf.SHN_LORESERVE && index <= Elf.SHN_XINDEX) {
            throw file.fail(place, "extended section index 0x%x is reserved".formatted(index));
        }
        return index;
    }
}
