package bpf4j.object;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfType;
import bpf4j.elf.ElfSection;
import bpf4j.elf.ElfSymbol;
import bpf4j.elf.Relocation;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads struct_ops variables: each variable of {@code .struct_ops} and {@code .struct_ops.link}, and of the same with a leading
 * {@code ?}, becomes a map; its function pointers are relocations.
 */
final class StructOpsVariables {

    private static final String PLAIN = ".struct_ops";
    private static final String LINK = ".struct_ops.link";

    private final ObjectElf elf;
    private final Btf btf;
    private final List<BpfFunction> functions;

    StructOpsVariables(ObjectElf elf, Btf btf, List<BpfFunction> functions) {
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
        List<MapSpec> maps = new ArrayList<>();
        for (BtfType.SectionVar variable : ((BtfType.DataSec) btf.type(typeId)).variables()) {
            maps.add(read(section, variable, relocationSections));
        }
        return maps;
    }

    private MapSpec read(ElfSection section, BtfType.SectionVar variable, List<ElfSection> relocationSections) {
        String name = btf.nameOf(variable.typeId());
        String place = "%s: '%s'".formatted(section.name(), name);
        if (!(btf.type(variable.typeId()) instanceof BtfType.Var var)) {
            throw btf.fail(variable.typeId(), "in section " + section.name() + " but no variable");
        }
        int typeId = btf.strip(var.typeId());
        if (!(btf.type(typeId) instanceof BtfType.Struct struct)) {
            throw elf.fail(place, "its type is no struct");
        }
        if (struct.name().isEmpty()) {
            throw elf.fail(place, "its struct has no name, by which the kernel's would be found");
        }
        long from = variable.offsetBytes();
        if (from > section.data().byteSize() || struct.sizeBytes() > section.data().byteSize() - from) {
            throw elf.fail(place, "0x%x bytes at 0x%x run past the end of the section at 0x%x"
                    .formatted(struct.sizeBytes(), from, section.data().byteSize()));
        }
        byte[] bytes = section.data().asSlice(from, struct.sizeBytes()).toArray(ValueLayout.JAVA_BYTE);
        Map<Integer, String> programs = new HashMap<>();
        for (ElfSection relocations : relocationSections) {
            for (Relocation relocation : elf.file().relocations(relocations)) {
                if (relocation.offset() >= from && relocation.offset() - from < struct.sizeBytes()) {
                    slot(place, struct, relocation, relocation.offset() - from, bytes, programs);
                }
            }
        }
        boolean link = essential(section).equals(LINK);
        MapContents contents =
                new MapContents.StructOps(typeId, MemorySegment.ofArray(bytes).asReadOnly(), programs, link);
        return new MapSpec(name, MapDefinitions.kernelName(name), MapType.BPF_MAP_TYPE_STRUCT_OPS.number(), 4,
                Math.toIntExact(struct.sizeBytes()), 1, link ? MapSpec.BPF_F_LINK : 0, 0, 0, 0, 0, false,
                Optional.empty(), Optional.empty(), contents, !section.name().startsWith("?"));
    }

    private void slot(String place, BtfType.Struct struct, Relocation relocation, long at, byte[] bytes,
            Map<Integer, String> programs) {
        int index = 0;
        while (index < struct.members().size() && struct.members().get(index).offsetBits() != at * 8) {
            index++;
        }
        if (index == struct.members().size()) {
            throw elf.fail(place, "no member starts at the relocated offset 0x%x".formatted(at));
        }
        BtfType.Member member = struct.members().get(index);
        if (!(btf.stripped(member.typeId()) instanceof BtfType.Ptr pointer)
                || !(btf.stripped(pointer.typeId()) instanceof BtfType.FuncProto)) {
            throw elf.fail(place, "member '" + member.name() + "' is relocated but no pointer to a function");
        }
        ElfSymbol symbol = elf.symbol(relocation.symbolIndex(), place);
        ElfSection code = elf.sectionOf(symbol, place);
        long addend = MemorySegment.ofArray(bytes).get(
                ValueLayout.JAVA_LONG_UNALIGNED.withOrder(elf.file().order()), Math.min(at, bytes.length - 8L));
        long target = symbol.value() + addend + relocation.addend();
        BpfFunction function = functions.stream().filter(f -> f.section().equals(code.name())
                && f.sectionInsnIndex() * 8L == target).findFirst().orElseThrow(() -> elf.fail(place,
                        "member '%s' points to 0x%x of %s, where no function starts"
                                .formatted(member.name(), target, code.name())));
        if (ObjectElf.isText(code) || SectionDefinitions.find(code.name()).map(SectionDefinition::programType)
                .filter(ProgramType.BPF_PROG_TYPE_STRUCT_OPS::equals).isEmpty()) {
            throw elf.fail(place, "member '%s' points to '%s' of section %s, which is no struct_ops program"
                    .formatted(member.name(), function.name(), code.name()));
        }
        programs.put(index, function.name());
        Arrays.fill(bytes, (int) at, (int) at + 8, (byte) 0);
    }
}
