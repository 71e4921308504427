package bpf4j.object;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfType;
import bpf4j.btf.structops.LocalStructOps;
import bpf4j.elf.ElfSection;
import bpf4j.elf.ElfSymbol;
import bpf4j.elf.Relocation;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;

/**
 * Reads struct_ops variables: each variable of {@code .struct_ops} and {@code .struct_ops.link}, and of the same with a
 * leading {@code ?}, becomes a map; its function pointers are relocations.
 */
final class StructOpsVariables {

    private static final String PLAIN = ".struct_ops";
    private static final String LINK = ".struct_ops.link";
    /** Of one section: objects have a few; each may name every program. */
    private static final int MAX_VARIABLES = 256;

    private final ObjectElf elf;
    private final Btf btf;
    private final List<BpfFunction> functions;
    private final List<SectionDefinition> sections;

    StructOpsVariables(ObjectElf elf, Btf btf, List<BpfFunction> functions, List<SectionDefinition> sections) {
        this.sections = sections;
        this.elf = elf;
        this.btf = btf;
        this.functions = functions;
    }

    static boolean isStructOps(ElfSection section) {
        String name = essential(section);
        return name.equals(PLAIN) || name.equals(LINK);
    }

    private static String essential(ElfSection section) {
        return section.name().startsWith("?") ? section.name().substring(1) : section.name();
    }

    List<MapSpec> read(ElfSection section, List<ElfSection> relocationSections) {
        int typeId = btf.find(section.name(), BtfKind.BTF_KIND_DATASEC).orElseThrow(
                () -> elf.fail(section.name(), "the section has no types in .BTF"));
        List<BtfType.SectionVar> variables = ((BtfType.DataSec) btf.type(typeId)).variables();
        if (variables.size() > MAX_VARIABLES) {
            throw elf.fail(section.name(), "%d variables are more than %d".formatted(variables.size(), MAX_VARIABLES));
        }
        List<Relocation> relocations = relocationSections.stream()
                .flatMap(r -> elf.file().relocations(r).stream()).toList();
        for (Relocation relocation : relocations) {
            if (variables.stream().noneMatch(v -> relocation.offset() >= v.offsetBytes()
                    && relocation.offset() - v.offsetBytes() < v.sizeBytes())) {
                throw elf.fail("%s: relocation at 0x%x".formatted(section.name(), relocation.offset()),
                        "it belongs to no variable");
            }
        }
        return variables.stream().map(variable -> read(section, variable, relocations)).toList();
    }

    private MapSpec read(ElfSection section, BtfType.SectionVar place, List<Relocation> relocations) {
        LocalStructOps variable = LocalStructOps.of(btf, place.typeId(), section.data(), place.offsetBytes());
        long from = place.offsetBytes();
        for (Relocation relocation : relocations) {
            long at = relocation.offset() - from;
            if (relocation.offset() >= from && at < variable.struct().sizeBytes()) {
                variable = variable.withDeclaredProgram(at, program(section, relocation));
            }
        }
        boolean link = essential(section).equals(LINK);
        String name = variable.variable();
        return new MapSpec(name, MapDefinitions.kernelName(name), MapType.BPF_MAP_TYPE_STRUCT_OPS.number(), 4,
                Math.toIntExact(variable.struct().sizeBytes()), 1, link ? MapSpec.BPF_F_LINK : 0, 0, 0, 0, 0, false,
                Optional.empty(), Optional.empty(), new MapContents.StructOps(variable, link),
                !section.name().startsWith("?"));
    }

    /**
     * The struct_ops program that a slot's relocation points to; a section symbol leaves the offset in the slot itself.
     */
    private String program(ElfSection section, Relocation relocation) {
        String place = "%s: relocation at 0x%x".formatted(section.name(), relocation.offset());
        ElfSymbol symbol = elf.symbol(relocation.symbolIndex(), place);
        ElfSection code = elf.sectionOf(symbol, place);
        if (relocation.offset() < 0 || relocation.offset() > section.data().byteSize() - 8) {
            throw elf.fail(place, "it runs past the end of the section at 0x%x".formatted(section.data().byteSize()));
        }
        long addend = section.data().get(
                ValueLayout.JAVA_LONG_UNALIGNED.withOrder(elf.file().order()), relocation.offset());
        long target = symbol.value() + addend + relocation.addend();
        BpfFunction function = functions.stream().filter(f -> f.section().equals(code.name())
                && f.sectionInsnIndex() * 8L == target).findFirst().orElseThrow(() -> elf.fail(place,
                        "it points to 0x%x of %s, where no function starts".formatted(target, code.name())));
        if (ObjectElf.isText(code) || SectionDefinitions.find(code.name(), sections)
                .map(SectionDefinition::programType).filter(ProgramType.BPF_PROG_TYPE_STRUCT_OPS::equals).isEmpty()) {
            throw elf.fail(place,
                    "'%s' of section %s is no struct_ops program".formatted(function.name(), code.name()));
        }
        return function.name();
    }
}
