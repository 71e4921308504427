package bpf4j.kernel;

import bpf4j.btf.Btf;
import bpf4j.btf.KernelTypes;
import bpf4j.insn.Disassembler;
import bpf4j.insn.Insn;
import bpf4j.insn.Opcode;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/** The code of a program as it would be loaded, with names for descriptors and for ids of the kernel's types. */
final class PlanCode {

    private final long[] slots;
    private final KernelTypes types;
    private final IntFunction<String> descriptors;

    PlanCode(long[] slots, KernelTypes types, IntFunction<String> descriptors) {
        this.slots = slots;
        this.types = types;
        this.descriptors = descriptors;
    }

    /** {@return a line for each instruction, with its index} */
    List<String> lines() {
        return Disassembler.naming(this::name).lines(slots).stream()
                .map(line -> line.insnIndex() + ": " + line.text()).toList();
    }

    private Optional<String> name(int at) {
        long slot = slots[at];
        if (Insn.isKfuncCall(slot)) {
            return Insn.off(slot) == 0 ? type(types.vmlinux(), Insn.imm(slot)) : Optional.empty();
        }
        if (!Insn.isLoadImm64(slot) || at + 1 >= slots.length) {
            return Optional.empty();
        }
        int upper = Insn.imm(slots[at + 1]);
        return switch (Insn.src(slot)) {
            case Opcode.BPF_PSEUDO_MAP_FD -> Optional.of(descriptors.apply(Insn.imm(slot)));
            case Opcode.BPF_PSEUDO_MAP_VALUE ->
                Optional.of("%s[0]+%d".formatted(descriptors.apply(Insn.imm(slot)), upper & 0xffff_ffffL));
            case Opcode.BPF_PSEUDO_BTF_ID -> upper == 0 ? type(types.vmlinux(), Insn.imm(slot))
                    : Optional.of(descriptors.apply(upper) + ":[" + Insn.imm(slot) + "]");
            default -> Optional.empty();
        };
    }

    private static Optional<String> type(Btf btf, int id) {
        return id > 0 && id < btf.typeCount() ? Optional.of(btf.nameOf(id)).filter(name -> !name.isEmpty())
                : Optional.empty();
    }
}
