package bpf4j.object;

import bpf4j.elf.Elf;
import bpf4j.elf.ElfSection;
import bpf4j.elf.ElfSymbol;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Reads maps that are defined the way samples and libbpf before 1.0 did: variables of {@code struct bpf_map_def} in a
 * section {@code maps}, five 32-bit numbers or more. Numbers beyond the fifth meant different things to different
 * loaders, so they have to be zero.
 */
final class LegacyMaps {

    static final String SECTION = "maps";
    private static final int KNOWN_BYTES = 20;

    private LegacyMaps() {
    }

    static List<MapSpec> read(ObjectElf elf) {
        ElfSection section = elf.file().section(SECTION).orElse(null);
        if (section == null) {
            return List.of();
        }
        List<ElfSymbol> symbols = elf.symbolsOf(section).stream()
                .filter(s -> s.type() == Elf.STT_OBJECT || s.type() == Elf.STT_NOTYPE && !s.name().isEmpty())
                .sorted(Comparator.comparingLong(ElfSymbol::value)).toList();
        List<MapSpec> maps = new ArrayList<>();
        for (int i = 0; i < symbols.size(); i++) {
            long end = i + 1 < symbols.size() ? symbols.get(i + 1).value() : section.data().byteSize();
            maps.add(read(elf, section, symbols.get(i), end));
        }
        return maps;
    }

    private static MapSpec read(ObjectElf elf, ElfSection section, ElfSymbol symbol, long end) {
        String place = "map '" + symbol.name() + "'";
        long from = symbol.value();
        long size = symbol.size() != 0 ? symbol.size() : end - from;
        if (from < 0 || size < KNOWN_BYTES || size % 4 != 0 || from > section.data().byteSize()
                || size > section.data().byteSize() - from) {
            throw elf.fail(place, "0x%x bytes at 0x%x of section maps are no struct bpf_map_def".formatted(size, from));
        }
        ValueLayout.OfInt word = ValueLayout.JAVA_INT_UNALIGNED.withOrder(elf.file().order());
        for (long at = KNOWN_BYTES; at < size; at += 4) {
            if (section.data().get(word, from + at) != 0) {
                throw elf.fail(place,
                        "field %d of struct bpf_map_def is %d, and what it means depends on who wrote it: "
                                .formatted(at / 4 + 1, section.data().get(word, from + at)) + "only 0 is accepted");
            }
        }
        int[] fields = new int[KNOWN_BYTES / 4];
        for (int i = 0; i < fields.length; i++) {
            fields[i] = section.data().get(word, from + i * 4L);
        }
        return new MapSpec(symbol.name(), MapDefinitions.kernelName(symbol.name()), fields[0], fields[1], fields[2],
                fields[3], fields[4], 0, 0, 0, 0, false, Optional.empty(), Optional.empty(), new MapContents.Empty(),
                true);
    }
}
