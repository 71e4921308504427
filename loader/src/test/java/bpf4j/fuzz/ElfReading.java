package bpf4j.fuzz;

import bpf4j.elf.Elf;
import bpf4j.elf.ElfFile;
import bpf4j.elf.ElfFormatException;
import bpf4j.elf.ElfSection;
import bpf4j.elf.ElfSymbol;
import bpf4j.elf.ElfSymbolVersions;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Asks an ELF file for everything that it has. */
final class ElfReading {

    private ElfReading() {
    }

    static void read(byte[] input) {
        ElfFile file;
        try {
            file = ElfFile.parse(MemorySegment.ofArray(input), "input");
        } catch (ElfFormatException e) {
            Question.check(e, ElfFormatException.class);
            return;
        }
        Question.ask(() -> file.requireBpfObject(), ElfFormatException.class);
        Question.ask(() -> versions(file), ElfFormatException.class);
        Question.ask(() -> file.symbols(Elf.SHT_SYMTAB).orElse(List.of()).size(), ElfFormatException.class);
        Question.ask(() -> file.symbolStream(Elf.SHT_DYNSYM).count(), ElfFormatException.class);
        Question.ask(() -> file.fileOffset(0x1000), ElfFormatException.class);
        Question.ask(file::segments, ElfFormatException.class);
        for (ElfSection section : file.sections()) {
            if (section.isRelocations()) {
                Question.ask(() -> file.relocations(section), ElfFormatException.class);
            } else if (section.type() == Elf.SHT_NOTE) {
                Question.ask(() -> file.notes(section), ElfFormatException.class);
            }
            section.data().mismatch(MemorySegment.NULL);
        }
        Question.text(file);
    }

    private static void versions(ElfFile file) {
        ElfSymbolVersions versions = file.symbolVersions();
        for (ElfSymbol symbol : file.symbols(Elf.SHT_DYNSYM).orElse(List.of())) {
            versions.of(symbol).ifPresent(Question::text);
        }
    }
}
