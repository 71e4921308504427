package bpf4j.insn;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes instructions as text, in the notation of LLVM's assembler and the kernel's verifier: {@code r0 = *(u32 *)(r1 +
 * 0x10)}, {@code if r1 s> 0x5 goto +3}. Constants are hexadecimal, distances of jumps and calls decimal and counted in
 * slots from the next instruction. What is no known instruction, or has a value in a field that it does not use, is
 * shown as its {@link Insn} number and never hidden. Safe for use by many threads if its {@link References} are.
 */
public final class Disassembler {

    /** Says what instructions refer to, where the instruction itself has only a number or nothing yet. */
    @FunctionalInterface
    public interface References {

        /**
         * Names what a call or a two-slot load refers to.
         *
         * @param insnIndex the instruction's (first) slot
         * @return a map, variable, subprogram or kernel function; empty if nothing is known
         */
        Optional<String> name(int insnIndex);
    }

    /**
     * An instruction as text.
     *
     * @param insnIndex its first slot
     * @param slotCount 1, or 2 for a two-slot load
     * @param text the text, on one line
     */
    public record Line(int insnIndex, int slotCount, String text) {
    }

    private final References references;

    private Disassembler(References references) {
        this.references = references;
    }

    /** {@return a disassembler that shows numbers as they stand} */
    public static Disassembler plain() {
        return new Disassembler(insnIndex -> Optional.empty());
    }

    /**
     * Makes a disassembler that shows names.
     *
     * @param references where it asks for them
     * @return the disassembler
     */
    public static Disassembler naming(References references) {
        return new Disassembler(references);
    }

    /**
     * Writes a whole program.
     *
     * @param slots its slots
     * @return one line for each instruction
     */
    public List<Line> lines(long[] slots) {
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < slots.length; i += lines.getLast().slotCount()) {
            lines.add(line(slots, i));
        }
        return lines;
    }

    /**
     * Writes one instruction.
     *
     * @param slots the program
     * @param insnIndex the instruction's (first) slot
     * @return its line
     * @throws IndexOutOfBoundsException if there is no such slot
     */
    public Line line(long[] slots, int insnIndex) {
        long slot = slots[insnIndex];
        if (Insn.isLoadImm64(slot) && insnIndex + 1 < slots.length
                && (slots[insnIndex + 1] & 0xffff_ffffL) == 0 && Insn.off(slot) == 0) {
            Optional<String> text = constant(slot, slots[insnIndex + 1], insnIndex);
            if (text.isPresent()) {
                return new Line(insnIndex, 2, text.get());
            }
        }
        Optional<String> text = areRegisters(slot) ? text(slot, insnIndex) : Optional.empty();
        return new Line(insnIndex, 1, text.orElseGet(() -> "unknown 0x%016x".formatted(slot)));
    }

    private Optional<String> text(long slot, int insnIndex) {
        return switch (Insn.opcodeClass(slot)) {
            case Opcode.BPF_ALU, Opcode.BPF_ALU64 -> ArithmeticText.of(slot);
            case Opcode.BPF_JMP, Opcode.BPF_JMP32 -> Insn.isCall(slot) ? call(slot, insnIndex) : JumpText.of(slot);
            default -> MemoryText.of(slot);
        };
    }

    /** Register 10 is the frame pointer and the last; numbers in the source field of calls are below it. */
    private static boolean areRegisters(long slot) {
        return Insn.dst(slot) <= 10 && Insn.src(slot) <= 10;
    }

    private Optional<String> constant(long first, long second, int insnIndex) {
        int number = Insn.imm(first);
        int upper = Insn.imm(second);
        Optional<String> shown = references.name(insnIndex).or(() -> Optional.ofNullable(switch (Insn.src(first)) {
            case 0 -> Text.hex(Insn.imm64(first, second));
            case Opcode.BPF_PSEUDO_MAP_FD -> upper == 0 ? "map[fd:%d]".formatted(number) : null;
            case Opcode.BPF_PSEUDO_MAP_VALUE -> "map[fd:%d][0]+%d".formatted(number, upper & 0xffff_ffffL);
            case Opcode.BPF_PSEUDO_BTF_ID -> upper == 0 ? "btf[id:%d]".formatted(number)
                    : "btf[id:%d module:%d]".formatted(number, upper);
            case Opcode.BPF_PSEUDO_FUNC -> upper == 0 ? "subprog[%+d]".formatted(number) : null;
            case Opcode.BPF_PSEUDO_MAP_IDX -> upper == 0 ? "map[idx:%d]".formatted(number) : null;
            case Opcode.BPF_PSEUDO_MAP_IDX_VALUE -> "map[idx:%d][0]+%d".formatted(number, upper & 0xffff_ffffL);
            default -> null;
        }));
        return Insn.dst(first) > 10 ? Optional.empty() : shown.map(s -> "r%d = %s ll".formatted(Insn.dst(first), s));
    }

    private Optional<String> call(long slot, int insnIndex) {
        int number = Insn.imm(slot);
        boolean clean = Insn.dst(slot) == 0 && (Insn.off(slot) == 0 || Insn.isKfuncCall(slot));
        if (!clean) {
            return Optional.empty();
        }
        return references.name(insnIndex).or(() -> Optional.ofNullable(switch (Insn.src(slot)) {
            case 0 -> HelperFunction.name(number).orElse("unknown") + "#" + Integer.toUnsignedString(number);
            case Opcode.BPF_PSEUDO_CALL -> "%+d".formatted(number);
            case Opcode.BPF_PSEUDO_KFUNC_CALL -> Insn.off(slot) == 0 ? "kfunc[id:%d]".formatted(number)
                    : "kfunc[id:%d module:%d]".formatted(number, Insn.off(slot));
            default -> null;
        })).map(target -> "call " + target);
    }
}
