package bpf4j.insn;

import java.util.Optional;

/** Text of the arithmetic classes. */
final class ArithmeticText {

    private ArithmeticText() {
    }

    static Optional<String> of(long slot) {
        return switch (Insn.operation(slot)) {
            case Opcode.BPF_ADD -> binary(slot, "+=");
            case Opcode.BPF_SUB -> binary(slot, "-=");
            case Opcode.BPF_MUL -> binary(slot, "*=");
            case Opcode.BPF_DIV -> signable(slot, "/=");
            case Opcode.BPF_OR -> binary(slot, "|=");
            case Opcode.BPF_AND -> binary(slot, "&=");
            case Opcode.BPF_LSH -> binary(slot, "<<=");
            case Opcode.BPF_RSH -> binary(slot, ">>=");
            case Opcode.BPF_NEG -> negate(slot);
            case Opcode.BPF_MOD -> signable(slot, "%=");
            case Opcode.BPF_XOR -> binary(slot, "^=");
            case Opcode.BPF_MOV -> move(slot);
            case Opcode.BPF_ARSH -> binary(slot, "s>>=");
            case Opcode.BPF_END -> swap(slot);
            default -> Optional.empty();
        };
    }

    private static boolean isWide(long slot) {
        return Insn.opcodeClass(slot) == Opcode.BPF_ALU64;
    }

    private static boolean isRegisterSource(long slot) {
        return Insn.source(slot) == Opcode.BPF_X;
    }

    private static String dst(long slot) {
        return Text.register(Insn.dst(slot), isWide(slot));
    }

    private static String src(long slot) {
        return Text.register(Insn.src(slot), isWide(slot));
    }

    private static Optional<String> binary(long slot, String operator) {
        return Insn.off(slot) == 0 ? assign(slot, operator) : Optional.empty();
    }

    private static Optional<String> signable(long slot, String operator) {
        return switch (Insn.off(slot)) {
            case 0 -> assign(slot, operator);
            case 1 -> assign(slot, "s" + operator);
            default -> Optional.empty();
        };
    }

    /** Of constant and source register, the one that is not the operand has to be zero. */
    private static Optional<String> assign(long slot, String operator) {
        if (isRegisterSource(slot)) {
            return Insn.imm(slot) == 0
                    ? Optional.of("%s %s %s".formatted(dst(slot), operator, src(slot))) : Optional.empty();
        }
        return Insn.src(slot) == 0
                ? Optional.of("%s %s %s".formatted(dst(slot), operator, Text.hex(Insn.imm(slot)))) : Optional.empty();
    }

    private static Optional<String> negate(long slot) {
        boolean clean = !isRegisterSource(slot) && Insn.src(slot) == 0 && Insn.off(slot) == 0 && Insn.imm(slot) == 0;
        return clean ? Optional.of("%s = -%s".formatted(dst(slot), dst(slot))) : Optional.empty();
    }

    private static Optional<String> move(long slot) {
        short off = Insn.off(slot);
        if (off == 0) {
            return assign(slot, "=");
        }
        if (!isRegisterSource(slot)) {
            return Optional.empty();
        }
        int imm = Insn.imm(slot);
        if (isWide(slot) && off == Opcode.BPF_ADDR_SPACE_CAST) {
            return Optional.of("%s = addr_space_cast(%s, 0x%x, 0x%x)"
                    .formatted(dst(slot), src(slot), imm >>> 16, imm & 0xffff));
        }
        boolean extends64 = isWide(slot) && off == 32;
        return (off == 8 || off == 16 || extends64) && imm == 0
                ? Optional.of("%s = (s%d)%s".formatted(dst(slot), off, src(slot))) : Optional.empty();
    }

    private static Optional<String> swap(long slot) {
        int bits = Insn.imm(slot);
        boolean sized = bits == 16 || bits == 32 || bits == 64;
        if (!sized || Insn.src(slot) != 0 || Insn.off(slot) != 0 || isWide(slot) && isRegisterSource(slot)) {
            return Optional.empty();
        }
        String name = isWide(slot) ? "bswap" : isRegisterSource(slot) ? "be" : "le";
        return Optional.of("r%d = %s%d r%d".formatted(Insn.dst(slot), name, bits, Insn.dst(slot)));
    }
}
