package bpf4j.insn;

import java.util.Optional;

/** Text of the load and store classes, without two-slot loads. */
final class MemoryText {

    private MemoryText() {
    }

    static Optional<String> of(long slot) {
        return switch (Insn.opcodeClass(slot) | Insn.mode(slot)) {
            case Opcode.BPF_LD | Opcode.BPF_ABS -> packet(slot, Insn.src(slot) == 0, Text.hex(Insn.imm(slot)));
            case Opcode.BPF_LD | Opcode.BPF_IND -> packet(slot, true, "r" + Insn.src(slot)
                    + (Insn.imm(slot) == 0 ? "" : " + " + Text.hex(Insn.imm(slot))));
            case Opcode.BPF_LDX | Opcode.BPF_MEM -> load(slot, "u");
            case Opcode.BPF_LDX | Opcode.BPF_MEMSX -> Insn.size(slot) == Opcode.BPF_DW
                    ? Optional.empty() : load(slot, "s");
            case Opcode.BPF_ST | Opcode.BPF_MEM -> Insn.src(slot) == 0
                    ? Optional.of("%s = %s".formatted(dst(slot), Text.hex(Insn.imm(slot)))) : Optional.empty();
            case Opcode.BPF_STX | Opcode.BPF_MEM -> Insn.imm(slot) == 0
                    ? Optional.of("%s = r%d".formatted(dst(slot), Insn.src(slot))) : Optional.empty();
            case Opcode.BPF_STX | Opcode.BPF_ATOMIC -> AtomicText.of(slot);
            default -> Optional.empty();
        };
    }

    static int bits(long slot) {
        return switch (Insn.size(slot)) {
            case Opcode.BPF_B -> 8;
            case Opcode.BPF_H -> 16;
            case Opcode.BPF_W -> 32;
            default -> 64;
        };
    }

    private static String dst(long slot) {
        return "*(u%d *)(%s)".formatted(bits(slot), Text.address(Insn.dst(slot), Insn.off(slot)));
    }

    private static Optional<String> load(long slot, String sign) {
        return Insn.imm(slot) != 0 ? Optional.empty() : Optional.of("r%d = *(%s%d *)(%s)".formatted(Insn.dst(slot),
                sign, bits(slot), Text.address(Insn.src(slot), Insn.off(slot))));
    }

    private static Optional<String> packet(long slot, boolean clean, String index) {
        return clean && Insn.dst(slot) == 0 && Insn.off(slot) == 0 && Insn.size(slot) != Opcode.BPF_DW
                ? Optional.of("r0 = *(u%d *)skb[%s]".formatted(bits(slot), index)) : Optional.empty();
    }
}
