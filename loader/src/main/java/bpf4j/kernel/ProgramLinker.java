package bpf4j.kernel;

import bpf4j.insn.Insn;
import bpf4j.object.Reference;
import bpf4j.reloc.RelocatedProgram;
import java.util.List;
import java.util.Map;

/**
 * Puts numbers where a program still has names: descriptors of maps, offsets of variables, ids of kernel symbols. What is not there
 * becomes a poison that names it, so that the verifier's complaint can be explained.
 */
final class ProgramLinker {

    /** A reached reference to a map that was not created fails with helper number {@code MAP_POISON + map}. */
    static final int MAP_POISON = 2_001_000_000;

    private static final int BPF_PSEUDO_MAP_FD = 1;
    private static final int BPF_PSEUDO_MAP_VALUE = 2;
    private static final int BPF_JMP_CALL = 0x85;

    private final List<String> mapNames;
    private final Map<String, LoadedMap> maps;
    private final ExternLinker externs;

    ProgramLinker(List<String> mapNames, Map<String, LoadedMap> maps, ExternLinker externs) {
        this.mapNames = mapNames;
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
                        slots[at] = Insn.withImm(Insn.withSrc(slots[at], BPF_PSEUDO_MAP_FD), loaded.fd());
                    }
                }
                case Reference.DataReference data -> {
                    LoadedMap loaded = maps.get(data.map());
                    if (loaded == null) {
                        poison(slots, at, data.map());
                    } else {
                        int offset = (int) (Insn.imm(slots[at]) + data.offsetBytes() + loaded.dataOffsetBytes());
                        mapValue(slots, at, loaded.fd(), offset);
                    }
                }
                case Reference.ExternReference extern -> externs.link(slots, at, extern.extern());
                case Reference.CallReference _, Reference.FunctionReference _ ->
                    throw new IllegalStateException(program.name() + ": a reference to a function was not joined");
            }
        }
        return slots;
    }

    /** A two-slot load of an address in a map's only value. */
    static void mapValue(long[] slots, int at, int fd, int offset) {
        slots[at] = Insn.withImm(Insn.withSrc(slots[at], BPF_PSEUDO_MAP_VALUE), fd);
        slots[at + 1] = Insn.withImm(slots[at + 1], offset);
    }

    /** A call of a helper that does not exist. */
    static long poisonedCall(int helper) {
        return Insn.of(BPF_JMP_CALL, 0, 0, 0, helper);
    }

    private void poison(long[] slots, int at, String map) {
        slots[at] = poisonedCall(MAP_POISON + mapNames.indexOf(map));
        slots[at + 1] = slots[at];
    }
}
