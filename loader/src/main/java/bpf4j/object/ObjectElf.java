package bpf4j.object;

import bpf4j.elf.Elf;
import bpf4j.elf.ElfFile;
import bpf4j.elf.ElfSection;
import bpf4j.elf.ElfSymbol;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An object's ELF side while it is read: the file with its symbols, and which section plays which part. */
final class ObjectElf {

    /** Section names of subprograms; everything else that is executable holds programs. */
    static final String TEXT = ".text";

    private final ElfFile file;
    private final List<ElfSymbol> symbols;
    private final Map<String, ElfSymbol> definedByName = new HashMap<>();
    private final Map<Integer, List<ElfSymbol>> bySection = new HashMap<>();

    ObjectElf(ElfFile file) {
        this.file = file;
        this.symbols = file.symbols();
        for (ElfSection section : file.sections()) {
            // Nothing here looks at debug information, which is what compilers compress.
            if ((section.flags() & Elf.SHF_COMPRESSED) != 0 && !section.name().startsWith(".debug_")) {
                throw fail(section.name(), "the section is compressed");
            }
        }
        for (ElfSymbol symbol : symbols) {
            if (symbol.isDefined()) {
                bySection.computeIfAbsent(symbol.sectionIndex(), _ -> new ArrayList<>()).add(symbol);
                if (symbol.isGlobal()) {
                    definedByName.putIfAbsent(symbol.name(), symbol);
                }
            }
        }
    }

    ElfFile file() {
        return file;
    }

    List<ElfSymbol> symbols() {
        return symbols;
    }

    List<ElfSymbol> symbolsOf(ElfSection section) {
        return bySection.getOrDefault(section.index(), List.of());
    }

    /** A symbol by the index that a relocation entry has. */
    ElfSymbol symbol(int index, Object place) {
        if (index < 0 || index >= symbols.size()) {
            throw fail(place, "symbol %d of %d".formatted(index, symbols.size()));
        }
        return symbols.get(index);
    }

    /** A global or weak symbol that is defined in some section. */
    Optional<ElfSymbol> global(String name) {
        return Optional.ofNullable(definedByName.get(name));
    }

    /** The section that a symbol is defined in; an error for symbols that are in none. */
    ElfSection sectionOf(ElfSymbol symbol, Object place) {
        if (symbol.sectionIndex() == Elf.SHN_COMMON) {
            throw fail(place, "'%s' is uninitialised and in no section: compile with -fno-common, or initialise it"
                    .formatted(symbol.name()));
        }
        if (!symbol.isDefined()) {
            throw fail(place, "symbol '%s' is defined in no section of the object".formatted(symbol.name()));
        }
        return file.section(symbol.sectionIndex());
    }

    static boolean isCode(ElfSection section) {
        return section.type() == Elf.SHT_PROGBITS && section.isExecutable() && section.size() > 0;
    }

    static boolean isText(ElfSection section) {
        return isText(section.name());
    }

    static boolean isText(String sectionName) {
        return sectionName.equals(TEXT) || sectionName.startsWith(TEXT + ".");
    }

    ObjectFormatException fail(Object place, String problem) {
        return new ObjectFormatException(file.name() + ": " + place + ": " + problem);
    }
}
