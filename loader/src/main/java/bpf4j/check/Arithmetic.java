package bpf4j.check;

import bpf4j.insn.Insn;
import bpf4j.insn.Opcode;
import java.util.OptionalLong;

/** Arithmetic and comparisons of instructions, as far as their operands are known. */
final class Arithmetic {

    private static final long LOW = 0xffff_ffffL;

    private Arithmetic() {
    }

    /** {@return what an instruction of classes ALU and ALU64 leaves in its register} */
    static Value result(long slot, Value destination, Value source) {
        boolean wide = Insn.opcodeClass(slot) == Opcode.BPF_ALU64;
        int operation = Insn.operation(slot);
        if (operation == Opcode.BPF_MOV) {
            return moved(slot, source, wide);
        }
        if (wide && (operation == Opcode.BPF_ADD || operation == Opcode.BPF_SUB)
                && (destination.isAddress() || source.isAddress())) {
            return address(operation, destination, source);
        }
        if (destination.mayBeStack() || source.mayBeStack()) {
            return Value.SOME_STACK;
        }
        if ((operation == Opcode.BPF_AND || operation == Opcode.BPF_MUL)
                && (isZero(destination) || isZero(source))) {
            return new Value.Number(0);
        }
        if (operation == Opcode.BPF_NEG && destination instanceof Value.Number(long value)) {
            return number(-value, wide);
        }
        if (destination instanceof Value.Number(long left) && source instanceof Value.Number(long right)) {
            OptionalLong result = wide ? of(operation, Insn.off(slot), left, right, Long.SIZE)
                    : of(operation, Insn.off(slot), left & LOW, right & LOW, Integer.SIZE);
            return result.isPresent() ? number(result.getAsLong(), wide) : Value.UNKNOWN;
        }
        return Value.UNKNOWN;
    }

    private static boolean isZero(Value value) {
        return value instanceof Value.Number(long number) && number == 0;
    }

    private static Value number(long value, boolean wide) {
        return new Value.Number(wide ? value : value & LOW);
    }

    /** Sign extension has its width where other instructions have an offset; 1 stands for a change of address space. */
    private static Value moved(long slot, Value source, boolean wide) {
        int width = Insn.off(slot);
        if (width == 0 && wide) {
            return source;
        }
        if (!(source instanceof Value.Number(long value)) || width == Opcode.BPF_ADDR_SPACE_CAST) {
            return source.mayBeStack() ? Value.SOME_STACK : Value.UNKNOWN;
        }
        return number(width == 0 ? value : value << Long.SIZE - width >> Long.SIZE - width, wide);
    }

    private static Value address(int operation, Value destination, Value source) {
        if (operation == Opcode.BPF_SUB) {
            return source instanceof Value.Number(long bytes) ? destination.moved(-bytes)
                    : source.isAddress() ? Value.UNKNOWN : somewhere(destination);
        }
        if (source instanceof Value.Number(long bytes)) {
            return destination.moved(bytes);
        }
        return destination instanceof Value.Number(long bytes) ? source.moved(bytes)
                : somewhere(destination.mayBeStack() ? destination : source);
    }

    private static Value somewhere(Value address) {
        return address.mayBeStack() ? Value.SOME_STACK : Value.POINTER;
    }

    private static OptionalLong of(int operation, int variant, long left, long right, int bits) {
        int shift = (int) right & bits - 1;
        long signedLeft = left << Long.SIZE - bits >> Long.SIZE - bits;
        return switch (operation) {
            case Opcode.BPF_ADD -> OptionalLong.of(left + right);
            case Opcode.BPF_SUB -> OptionalLong.of(left - right);
            case Opcode.BPF_MUL -> OptionalLong.of(left * right);
            case Opcode.BPF_OR -> OptionalLong.of(left | right);
            case Opcode.BPF_AND -> OptionalLong.of(left & right);
            case Opcode.BPF_XOR -> OptionalLong.of(left ^ right);
            case Opcode.BPF_LSH -> OptionalLong.of(left << shift);
            case Opcode.BPF_RSH -> OptionalLong.of(left >>> shift);
            case Opcode.BPF_ARSH -> OptionalLong.of(signedLeft >> shift);
            // A variant is a signed one. The verifier does not know quotients either.
            case Opcode.BPF_DIV -> variant != 0 || right == 0 ? OptionalLong.empty()
                    : OptionalLong.of(Long.divideUnsigned(left, right));
            case Opcode.BPF_MOD -> variant != 0 || right == 0 ? OptionalLong.empty()
                    : OptionalLong.of(Long.remainderUnsigned(left, right));
            default -> OptionalLong.empty();
        };
    }

    /** What is known of a conditional jump. */
    enum Outcome {
        /** It is taken. */
        TAKEN,
        /** It is not. */
        NOT_TAKEN,
        /** It may be either. */
        EITHER
    }

    /** {@return whether a conditional jump of classes JMP and JMP32 is taken} */
    static Outcome jump(long slot, Value destination, Value source) {
        boolean wide = Insn.opcodeClass(slot) == Opcode.BPF_JMP;
        int operation = Insn.operation(slot);
        if (destination instanceof Value.Number(long left) && source instanceof Value.Number(long right)) {
            return holds(operation, wide ? left : (int) left, wide ? right : (int) right) ? Outcome.TAKEN
                    : Outcome.NOT_TAKEN;
        }
        boolean addressAndNull = destination.isAddress() && isZero(source) || source.isAddress() && isZero(destination);
        if (wide && addressAndNull && operation == Opcode.BPF_JEQ) {
            return Outcome.NOT_TAKEN;
        }
        return wide && addressAndNull && operation == Opcode.BPF_JNE ? Outcome.TAKEN : Outcome.EITHER;
    }

    /** Sign-extended operands are in the same unsigned order as the 32 bits that they come from. */
    private static boolean holds(int operation, long left, long right) {
        return switch (operation) {
            case Opcode.BPF_JEQ -> left == right;
            case Opcode.BPF_JNE -> left != right;
            case Opcode.BPF_JGT -> Long.compareUnsigned(left, right) > 0;
            case Opcode.BPF_JGE -> Long.compareUnsigned(left, right) >= 0;
            case Opcode.BPF_JLT -> Long.compareUnsigned(left, right) < 0;
            case Opcode.BPF_JLE -> Long.compareUnsigned(left, right) <= 0;
            case Opcode.BPF_JSGT -> left > right;
            case Opcode.BPF_JSGE -> left >= right;
            case Opcode.BPF_JSLT -> left < right;
            case Opcode.BPF_JSLE -> left <= right;
            case Opcode.BPF_JSET -> (left & right) != 0;
            // No comparison, which the verifier refuses wherever it leads.
            default -> false;
        };
    }
}
