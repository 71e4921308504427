package bpf4j.kernel;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.CPrinter;
import bpf4j.btf.LineInfo;
import bpf4j.insn.Disassembler;
import bpf4j.insn.Insn;
import bpf4j.insn.Opcode;
import bpf4j.reloc.SourceLine;
import bpf4j.sys.BpfCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;

/**
 * A program's instructions as the verifier left them ("xlated"): subprograms joined, dead code gone, accesses to the
 * context and inlined helpers rewritten, references to maps as ids. What the machine runs is compiled from this. An
 * immutable copy; safe for use by several threads.
 */
public final class XlatedCode {

    /**
     * An instruction.
     *
     * @param insnIndex its first slot
     * @param slotCount 1, or 2 for a two-slot load
     * @param text the instruction, with names where the kernel tells them: maps by id as in {@code map[id:7]},
     *     helpers and kernel functions by symbol, subprograms by name
     * @param function the C declaration of the function that begins here, if one does
     * @param source the C line that begins here, if one does
     */
    public record Line(int insnIndex, int slotCount, String text, Optional<String> function,
            Optional<SourceLine> source) {
    }

    private final long[] slots;
    private final Optional<Btf> types;
    private final NavigableMap<Integer, Integer> functions;
    private final Map<Integer, LineInfo> lines;
    private final XlatedNames names;

    XlatedCode(long[] slots, Optional<Btf> types, NavigableMap<Integer, Integer> functions,
            Map<Integer, LineInfo> lines, XlatedNames names) {
        this.slots = slots;
        this.types = types;
        this.functions = functions;
        this.lines = lines;
        this.names = names;
    }

    static XlatedCode read(BpfCalls calls, int fd, String subject) {
        return new XlatedReader(calls, fd, subject).read();
    }

    /** {@return a copy of the instruction slots, exactly as the kernel shows them} */
    public long[] slots() {
        return slots.clone();
    }

    /**
     * {@return one slot, as an {@link Insn} number}
     *
     * @param insnIndex which one, from 0
     */
    public long slot(int insnIndex) {
        return slots[insnIndex];
    }

    /**
     * {@return the types that functions and lines are named by; empty if the program came without, or they are hidden}
     */
    public Optional<Btf> types() {
        return types;
    }

    /** {@return all instructions, in order} */
    public List<Line> lines() {
        long[] readable = slots.clone();
        for (int i = 0; i < readable.length; i++) {
            readable[i] = readable(readable[i]);
        }
        Disassembler disassembler = Disassembler.naming(insnIndex -> names.of(slots, insnIndex, this::functionName));
        List<Line> result = new ArrayList<>();
        for (Disassembler.Line line : disassembler.lines(readable)) {
            int index = line.insnIndex();
            result.add(new Line(index, line.slotCount(), line.text(),
                    Optional.ofNullable(functions.get(index)).flatMap(this::prototype),
                    Optional.ofNullable(lines.get(index)).flatMap(this::source)));
        }
        return result;
    }

    /**
     * For a compiled program the kernel keeps the distance of a call in the offset, and the number of the subprogram
     * where the distance was.
     */
    private static long readable(long slot) {
        return Insn.isCall(slot) && Insn.src(slot) == Opcode.BPF_PSEUDO_CALL && Insn.off(slot) != 0
                ? Insn.of(Insn.opcode(slot), 0, Opcode.BPF_PSEUDO_CALL, 0, Insn.off(slot)) : slot;
    }

    private Optional<String> functionName(int insnIndex) {
        Integer typeId = functions.get(insnIndex);
        return typeId == null ? Optional.empty() : named(btf -> btf.nameOf(typeId));
    }

    private Optional<String> prototype(int typeId) {
        return named(btf -> CPrinter.declare(btf, typeId, btf.nameOf(typeId)));
    }

    private Optional<SourceLine> source(LineInfo info) {
        return types.map(btf -> SourceLine.of(info, btf));
    }

    private interface Naming {
        String of(Btf btf);
    }

    /** Names explain; damaged types must not hide the code. */
    private Optional<String> named(Naming naming) {
        try {
            return types.map(naming::of);
        } catch (BtfFormatException _) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return slots.length + " slots";
    }
}
