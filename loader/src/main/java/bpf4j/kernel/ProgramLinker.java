package bpf4j.kernel;

import bpf4j.insn.Insn;
import bpf4j.insn.Opcode;
import bpf4j.object.MapContents;
import bpf4j.object.MapSpec;
import bpf4j.object.Reference;
import bpf4j.reloc.ExternValue;
import bpf4j.reloc.RelocatedProgram;
import java.util.List;
import java.util.Map;

/**
 * Puts numbers where a program still has names: descriptors of maps, offsets of variables, ids of kernel symbols. What
 * is not there becomes a poison that names it, so that the verifier's complaint can be explained.
 */
final class ProgramLinker {

    /** A reached reference to a map that was not created fails with helper number {@code MAP_POISON + map}. */
    static final int MAP_POISON = 2_001_000_000;

    private final List<String> mapNames;
    private final String kconfigMap;
    private final Map<String, LoadedMap> maps;
    private final ExternLinker externs;

    /**
     * @param specs all maps of the object, in its order
     * @param maps those that were created, by name
     * @param externs puts in what externs have become
     */
    ProgramLinker(List<MapSpec> specs, Map<String, LoadedMap> maps, ExternLinker externs) {
        this.mapNames = specs.stream().map(MapSpec::name).toList();
        this.kconfigMap = specs.stream().filter(map -> map.contents() instanceof MapContents.Kconfig)
                .map(MapSpec::name).findFirst().orElse("");
        this.maps = maps;
        this.externs = externs;
    }

    /** The program's code, ready for the kernel. */
    long[] link(RelocatedProgram program) {
        long[] slots = program.slots();
        for (Reference reference : program.references()) {
            int at = reference.insnIndex();
            switch (reference) {
                case Reference.MapReference map -> {
                    LoadedMap loaded = maps.get(map.map());
                    if (loaded == null) {
                        poison(slots, at, map.map());
                    } else {
                        slots[at] = Insn.withImm(Insn.withSrc(slots[at], Opcode.BPF_PSEUDO_MAP_FD), loaded.fd());
                    }
                }
                case Reference.DataReference data ->
                    mapValue(slots, at, data.map(), Insn.imm(slots[at]) + data.offsetBytes());
                case Reference.ExternReference extern -> {
                    if (externs.value(extern.extern()) instanceof ExternValue.Option option) {
                        mapValue(slots, at, kconfigMap, option.offsetBytes());
                    } else {
                        externs.link(slots, at, extern.extern());
                    }
                }
                case Reference.CallReference _, Reference.FunctionReference _ ->
                    throw new IllegalStateException(program.name() + ": a reference to a function was not joined");
            }
        }
        return slots;
    }

    /** A two-slot load of an address in a map's only value. */
    private void mapValue(long[] slots, int at, String map, long offsetBytes) {
        LoadedMap loaded = maps.get(map);
        if (loaded == null) {
            poison(slots, at, map);
        } else {
            slots[at] = Insn.withImm(Insn.withSrc(slots[at], Opcode.BPF_PSEUDO_MAP_VALUE), loaded.fd());
            slots[at + 1] = Insn.withImm(slots[at + 1], (int) (offsetBytes + loaded.dataOffsetBytes()));
        }
    }

    private void poison(long[] slots, int at, String map) {
        slots[at] = Insn.helperCall(MAP_POISON + mapNames.indexOf(map));
        slots[at + 1] = slots[at];
    }
}
