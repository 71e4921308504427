package bpf4j.elf;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/**
 * The names of symbol versions by their index, out of the sections that define and need them: lists chained by offsets.
 */
final class VersionNames {

    private final ElfBytes file;
    private final Map<Integer, String> byIndex = new HashMap<>();

    VersionNames(ElfBytes file) {
        this.file = file;
    }

    Map<Integer, String> byIndex() {
        return Map.copyOf(byIndex);
    }

    /** {@code Elf64_Verdef}: the first of its names is the version's own, the others are those that it follows. */
    void addDefined(ElfBytes section, MemorySegment stringTable) {
        ElfNames names = new ElfNames(file, stringTable);
        long next = section.size() == 0 ? 0 : 1;
        for (long at = 0; next != 0; at += next) {
            int index = section.u16(at + 4);
            long name = section.u32(at + section.u32(at + 12));
            byIndex.putIfAbsent(index, names.at(name, "version definition at 0x%x".formatted(at)));
            next = section.u32(at + 16);
        }
    }

    /** {@code Elf64_Verneed}: one for each file, with a list of {@code Elf64_Vernaux}, one for each version. */
    void addNeeded(ElfBytes section, MemorySegment stringTable) {
        ElfNames names = new ElfNames(file, stringTable);
        // Lists that overlap could be walked over and over.
        long left = section.size();
        long next = section.size() == 0 ? 0 : 1;
        for (long at = 0; next != 0; at += next) {
            int count = section.u16(at + 2);
            long version = at + section.u32(at + 8);
            for (int i = 0; i < count; i++) {
                String place = "needed version at 0x%x".formatted(version);
                byIndex.putIfAbsent(section.u16(version + 6), names.at(section.u32(version + 8), place));
                if (left-- == 0) {
                    throw section.fail(place, "more versions than the section has room for");
                }
                version += section.u32(version + 12);
            }
            next = section.u32(at + 12);
        }
    }
}
