package bpf4j.cli;

import bpf4j.btf.Btf;
import bpf4j.btf.CPrinter;
import bpf4j.btf.CoreRelocation;
import bpf4j.btf.core.AccessSpec;
import bpf4j.elf.Elf;
import bpf4j.elf.ElfFile;
import bpf4j.elf.ElfSection;
import bpf4j.object.BpfFunction;
import bpf4j.object.BpfObject;
import bpf4j.object.Extern;
import bpf4j.object.MapContents;
import bpf4j.object.MapSpec;
import bpf4j.object.ProgramSpec;
import bpf4j.reloc.SourceLine;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What an object declares, as tables. */
final class ObjectTables {

    private static final String NONE = "-";

    private final BpfObject object;

    ObjectTables(BpfObject object) {
        this.object = object;
    }

    static Table sections(ElfFile elf) {
        Table table = new Table("NR", "NAME", "TYPE", "FLAGS", "OFFSET", "SIZE");
        for (ElfSection section : elf.sections()) {
            if (section.type() != Elf.SHT_NULL) {
                table.row(section.index(), section.name(), type(section), flags(section),
                        "0x%x".formatted(section.offset()), section.size());
            }
        }
        return table;
    }

    Table programs() {
        Table table = new Table("NAME", "SECTION", "TYPE", "ATTACH TYPE", "SLOTS", "USES");
        for (ProgramSpec program : object.programs()) {
            table.row(program.name(), program.section(), KernelTables.programType(program.type().number()),
                    program.attachType().map(type -> KernelTables.shortened(type.name(), "BPF_")).orElse(NONE),
                    program.function().slotCount(), uses(program.function()));
        }
        return table;
    }

    Table subprograms() {
        Table table = new Table("NAME", "SECTION", "LINKAGE", "SLOTS", "USES");
        Set<BpfFunction> entries = object.programs().stream().map(ProgramSpec::function).collect(Collectors.toSet());
        for (BpfFunction function : object.functions()) {
            if (!entries.contains(function)) {
                table.row(function.name(), function.section(),
                        function.isWeak() ? "weak" : function.isGlobal() ? "global" : "static", function.slotCount(),
                        uses(function));
            }
        }
        return table;
    }

    Table maps() {
        Table table = new Table("NAME", "TYPE", "KEY", "VALUE", "ENTRIES", "FLAGS", "KEY TYPE", "VALUE TYPE", "PINNED");
        for (MapSpec map : object.maps()) {
            row(table, map, map.name());
            map.inner().ifPresent(inner -> row(table, inner, map.name() + ".inner"));
        }
        return table;
    }

    private void row(Table table, MapSpec map, String name) {
        table.row(name, KernelTables.mapType(map.type()), Integer.toUnsignedLong(map.keySize()),
                Integer.toUnsignedLong(map.valueSize()), Integer.toUnsignedLong(map.maxEntries()),
                "0x%x".formatted(map.flags()), typeName(map.keyTypeId()), typeName(map.valueTypeId()),
                map.pinByName() ? "by name" : map.pinPath().map(Object::toString).orElse(NONE));
    }

    Table variables() {
        Table table = new Table("SECTION", "OFFSET", "SIZE", "DECLARATION");
        object.variables().stream()
                .filter(variable -> !(object.map(variable.map()).contents() instanceof MapContents.Kconfig))
                .forEach(variable -> table.row(variable.section(), variable.offsetBytes(), variable.sizeBytes(),
                        variable.declaration()));
        return table;
    }

    Table externs() {
        Table table = new Table("NAME", "KIND", "WEAK", "DECLARATION");
        for (Extern extern : object.externs()) {
            record Shown(String kind, int typeId) {
            }
            Shown shown = switch (extern) {
                case Extern.Kconfig kconfig -> new Shown("kconfig", kconfig.typeId());
                case Extern.Ksym ksym -> new Shown("ksym", ksym.typeId());
                case Extern.KernelVariable _ -> new Shown("ksym", 0);
                case Extern.Kfunc kfunc -> new Shown("kfunc", kfunc.typeId());
            };
            table.row(extern.name(), shown.kind(), extern.weak() ? "weak" : NONE,
                    declaration(shown.typeId(), extern.name()));
        }
        return table;
    }

    Table coreRelocations() {
        Table table = new Table("FUNCTION", "INSN", "KIND", "PATH", "SOURCE");
        for (BpfFunction function : object.functions()) {
            SourceLines lines = new SourceLines(object, function);
            for (CoreRelocation relocation : function.coreRelocations()) {
                Btf btf = object.btf().orElseThrow();
                int insnIndex = SourceLines.insnIndex(function, relocation.insnOffsetBytes());
                table.row(function.name(), insnIndex, KernelTables.shortened(relocation.kind().name(), "BPF_CORE_"),
                        AccessSpec.parse(btf, relocation).path(),
                        lines.of(insnIndex).map(SourceLine::toString).orElse(NONE));
            }
        }
        return table;
    }

    private String uses(BpfFunction function) {
        List<String> names = CallGraph.directly(object, function).stream().map(BpfFunction::name).toList();
        return names.isEmpty() ? NONE : String.join(", ", names);
    }

    private String typeName(int typeId) {
        return typeId == 0 ? NONE : object.btf().map(btf -> CPrinter.typeName(btf, typeId)).orElse(NONE);
    }

    private String declaration(int typeId, String name) {
        Optional<Btf> btf = object.btf();
        return btf.isEmpty() ? NONE : CPrinter.declare(btf.get(), typeId, name);
    }

    private static String type(ElfSection section) {
        return switch (section.type()) {
            case Elf.SHT_PROGBITS -> "PROGBITS";
            case Elf.SHT_SYMTAB -> "SYMTAB";
            case Elf.SHT_STRTAB -> "STRTAB";
            case Elf.SHT_RELA -> "RELA";
            case Elf.SHT_NOBITS -> "NOBITS";
            case Elf.SHT_REL -> "REL";
            default -> "0x%x".formatted(section.type());
        };
    }

    /** The letters of readelf. */
    private static String flags(ElfSection section) {
        String letters = ((section.flags() & Elf.SHF_WRITE) != 0 ? "W" : "")
                + ((section.flags() & Elf.SHF_ALLOC) != 0 ? "A" : "") + (section.isExecutable() ? "X" : "");
        return letters.isEmpty() ? NONE : letters;
    }
}
