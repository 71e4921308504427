package bpf4j.object;

import bpf4j.btf.BtfBuilder;
import bpf4j.insn.Code;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Changes of a function's instructions, which {@link BpfObject#withInstructions} makes all at once: instructions are
 * counted as they stand in the {@linkplain #function unchanged function}. Jumps, references, relocations and line info
 * follow what they belong to. Instructions that are put in may refer by name to maps, variables and subprograms of the
 * object and to functions and symbols of the kernel; where they have {@linkplain bpf4j.insn.Assembler#source(String)
 * sources} and the function has line info, those become part of it. Not thread-safe.
 */
public final class InstructionEdit {

    private final BpfFunction function;
    private final Map<Integer, List<Code>> before = new HashMap<>();
    private final Map<Integer, Code> instead = new HashMap<>();
    private Optional<Code> whole = Optional.empty();

    InstructionEdit(BpfFunction function) {
        this.function = function;
    }

    /** {@return the function as it is} */
    public BpfFunction function() {
        return function;
    }

    /**
     * Puts code in front of an instruction. What jumps to the instruction then jumps to this code, and where the code
     * ends without a jump or exit it goes on with the instruction. Registers that the function still needs are the
     * code's to leave alone.
     *
     * @param insnIndex the instruction's (first) slot; several codes at one place follow each other
     * @param code the code, without functions of its own
     * @return this
     * @throws IllegalArgumentException if the code has functions of its own
     * @throws IndexOutOfBoundsException if there is no such slot
     */
    public InstructionEdit insert(int insnIndex, Code code) {
        Objects.checkIndex(insnIndex, function.slotCount());
        before.computeIfAbsent(insnIndex, _ -> new ArrayList<>()).add(requirePlain(code));
        return this;
    }

    /**
     * Puts code in the place of an instruction, of both slots if it has two. What the instruction referred to is not
     * looked for any more.
     *
     * @param insnIndex the instruction's (first) slot
     * @param code the code, without functions of its own
     * @return this
     * @throws IllegalArgumentException if the code has functions of its own, or the instruction is replaced already
     * @throws IndexOutOfBoundsException if there is no such slot
     */
    public InstructionEdit replace(int insnIndex, Code code) {
        Objects.checkIndex(insnIndex, function.slotCount());
        if (instead.putIfAbsent(insnIndex, requirePlain(code)) != null) {
            throw fail("instruction %d is replaced twice".formatted(insnIndex));
        }
        return this;
    }

    /**
     * Puts code in the place of the whole function, as the only change.
     *
     * @param code the code, without functions of its own
     * @return this
     * @throws IllegalArgumentException if the code has functions of its own
     */
    public InstructionEdit replaceAll(Code code) {
        whole = Optional.of(requirePlain(code));
        return this;
    }

    private Code requirePlain(Code code) {
        if (code.parts().size() > 1) {
            throw fail("the code has functions of its own: '%s'".formatted(code.parts().get(1).label()));
        }
        return code;
    }

    private IllegalArgumentException fail(String problem) {
        return new IllegalArgumentException("function '%s': %s".formatted(function.name(), problem));
    }

    /** Whether something that is put in says where it comes from. */
    boolean hasSources() {
        return Stream.of(before.values().stream().flatMap(List::stream), instead.values().stream(), whole.stream())
                .flatMap(codes -> codes).anyMatch(code -> !code.sources().isEmpty());
    }

    /** The changed function; {@code strings} takes what line info says, if the function has it. */
    BpfFunction apply(SymbolLinker symbols, Optional<BtfBuilder> strings) {
        if (whole.isPresent() && !(before.isEmpty() && instead.isEmpty())) {
            throw fail("all instructions are replaced, and some are changed besides");
        }
        InstructionCopy copy = new InstructionCopy(function, symbols,
                function.lineInfo().isEmpty() ? Optional.empty() : strings);
        if (whole.isPresent()) {
            copy.line(0);
            copy.put(whole.get());
            return copy.finish();
        }
        for (int at = 0; at < function.slotCount(); at += copy.slotCount(at)) {
            for (int inside = at + 1; inside < at + copy.slotCount(at); inside++) {
                if (before.containsKey(inside) || instead.containsKey(inside)) {
                    throw fail("slot %d is the second of an instruction".formatted(inside));
                }
            }
            copy.begin(at);
            before.getOrDefault(at, List.of()).forEach(copy::put);
            if (instead.containsKey(at)) {
                copy.put(instead.get(at));
            } else {
                copy.keep(at);
            }
        }
        return copy.finish();
    }
}
