package bpf4j.insn;

import java.util.Optional;

/** Text of the jump classes, without calls by number. */
final class JumpText {

    private JumpText() {
    }

    static Optional<String> of(long slot) {
        return switch (Insn.operation(slot)) {
            case Opcode.BPF_JA -> always(slot);
            case Opcode.BPF_JEQ -> compare(slot, "==");
            case Opcode.BPF_JGT -> compare(slot, ">");
            case Opcode.BPF_JGE -> compare(slot, ">=");
            case Opcode.BPF_JSET -> compare(slot, "&");
            case Opcode.BPF_JNE -> compare(slot, "!=");
            case Opcode.BPF_JSGT -> compare(slot, "s>");
            case Opcode.BPF_JSGE -> compare(slot, "s>=");
            case Opcode.BPF_CALL -> isExactly(slot, Opcode.BPF_JMP | Opcode.BPF_CALL | Opcode.BPF_X, 0xfff)
                    ? Optional.of("callx r" + Insn.dst(slot)) : Optional.empty();
            case Opcode.BPF_EXIT -> isExactly(slot, Opcode.BPF_JMP | Opcode.BPF_EXIT, 0xff)
                    ? Optional.of("exit") : Optional.empty();
            case Opcode.BPF_JLT -> compare(slot, "<");
            case Opcode.BPF_JLE -> compare(slot, "<=");
            case Opcode.BPF_JSLT -> compare(slot, "s<");
            case Opcode.BPF_JSLE -> compare(slot, "s<=");
            case Opcode.BPF_JCOND -> isExactly(slot, Opcode.BPF_JMP | Opcode.BPF_JCOND, 0xffff_00ffL)
                    ? Optional.of("may_goto %+d".formatted(Insn.off(slot))) : Optional.empty();
            default -> Optional.empty();
        };
    }

    /** Whether the opcode is this one and nothing stands outside the given bits. */
    private static boolean isExactly(long slot, int opcode, long usedBits) {
        return Insn.opcode(slot) == opcode && (slot & ~usedBits) == 0;
    }

    private static Optional<String> always(long slot) {
        if (isExactly(slot, Opcode.BPF_JMP | Opcode.BPF_JA, 0xffff_00ffL)) {
            return Optional.of("goto %+d".formatted(Insn.off(slot)));
        }
        if (isExactly(slot, Opcode.BPF_JMP32 | Opcode.BPF_JA, 0xffff_ffff_0000_00ffL)) {
            return Optional.of("gotol %+d".formatted(Insn.imm(slot)));
        }
        return isExactly(slot, Opcode.BPF_JMP | Opcode.BPF_JA | Opcode.BPF_X, 0xfff)
                ? Optional.of("gotox r" + Insn.dst(slot)) : Optional.empty();
    }

    private static Optional<String> compare(long slot, String operator) {
        boolean wide = Insn.opcodeClass(slot) == Opcode.BPF_JMP;
        boolean register = Insn.source(slot) == Opcode.BPF_X;
        if (register ? Insn.imm(slot) != 0 : Insn.src(slot) != 0) {
            return Optional.empty();
        }
        String operand = register ? Text.register(Insn.src(slot), wide) : Text.hex(Insn.imm(slot));
        return Optional.of("if %s %s %s goto %+d".formatted(Text.register(Insn.dst(slot), wide), operator, operand,
                Insn.off(slot)));
    }
}
