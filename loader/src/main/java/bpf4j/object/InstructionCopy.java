package bpf4j.object;

import bpf4j.btf.BtfBuilder;
import bpf4j.btf.CoreRelocation;
import bpf4j.btf.LineInfo;
import bpf4j.insn.AssemblyException;
import bpf4j.insn.Code;
import bpf4j.insn.Disassembler;
import bpf4j.insn.Insn;
import bpf4j.insn.Opcode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A function's instructions on their way into a changed copy, from the first to the last: jumps over what is put in are
 * made to fit at the end, when every place is known.
 */
final class InstructionCopy {

    private final BpfFunction function;
    private final long[] old;
    private final SymbolLinker symbols;
    private final Optional<BtfBuilder> strings;
    private final Map<Integer, LineInfo> oldLines = new HashMap<>();
    /** Where jumps to an old instruction go, -1 if it is none. */
    private final int[] starts;
    /** Where an old instruction is, -1 if it is gone. */
    private final int[] places;
    private final List<Reference> references = new ArrayList<>();
    /** By instruction; one that is put in later at the same place counts. */
    private final TreeMap<Integer, LineInfo> lines = new TreeMap<>();
    private long[] slots;
    private int count;
    /** The line of source that the old instructions stand in, or null; and whether new code with its own came in. */
    private LineInfo current;
    private boolean interrupted;

    /**
     * @param function the old function
     * @param symbols resolves names in new code
     * @param strings takes sources of new code; empty if the function has no line info
     */
    InstructionCopy(BpfFunction function, SymbolLinker symbols, Optional<BtfBuilder> strings) {
        this.function = function;
        this.old = function.slots();
        this.symbols = symbols;
        this.strings = strings;
        this.starts = new int[old.length];
        this.places = new int[old.length];
        this.slots = new long[old.length + 16];
        Arrays.fill(starts, -1);
        Arrays.fill(places, -1);
        function.lineInfo().forEach(line -> oldLines.put(
                (int) (line.insnOffsetBytes() / Insn.BYTES) - function.sectionInsnIndex(), line));
    }

    int slotCount(int at) {
        return Insn.isLoadImm64(old[at]) && at + 1 < old.length ? 2 : 1;
    }

    /** What comes now stands in the place of an old instruction. */
    void begin(int at) {
        starts[at] = count;
        line(at);
    }

    /** Takes over the line of source that begins at an old instruction, or goes on after new ones with theirs. */
    void line(int at) {
        LineInfo own = oldLines.get(at);
        current = own != null ? own : current;
        if (current != null && (own != null || interrupted)) {
            lines.put(count, current);
        }
        interrupted = false;
    }

    /** Appends new code. */
    void put(Code code) {
        long[] added = code.slots();
        for (int at = 0; at < added.length; at++) {
            boolean named = code.symbols().containsKey(at);
            if (!named && (Insn.isPseudoCall(added[at]) || Insn.isPseudoFunc(added[at]))) {
                throw symbols.fail(function.name(), code, at, "it names no function of the object");
            }
            symbols.reference(function.name(), code, at, added[at]).ifPresent(r -> references.add(r.movedBy(count)));
        }
        strings.ifPresent(types -> code.sources().forEach((at, source) -> {
            lines.put(count + at, BuiltFunctions.line(0, source, types));
            interrupted = true;
        }));
        append(added);
    }

    /** Appends an old instruction. */
    void keep(int at) {
        if (interrupted) {
            line(at);
        }
        places[at] = count;
        append(Arrays.copyOfRange(old, at, at + slotCount(at)));
    }

    /** All instructions were put or kept. */
    BpfFunction finish() {
        for (int at = 0; at < old.length; at++) {
            if (places[at] >= 0 && isJump(old[at])) {
                retarget(at);
            }
        }
        function.references().stream().filter(r -> places[r.insnIndex()] >= 0)
                .forEach(r -> references.add(r.movedBy(places[r.insnIndex()] - r.insnIndex())));
        references.sort((a, b) -> Integer.compare(a.insnIndex(), b.insnIndex()));
        List<CoreRelocation> relocations = new ArrayList<>();
        for (CoreRelocation relocation : function.coreRelocations()) {
            int place = places[(int) (relocation.insnOffsetBytes() / Insn.BYTES) - function.sectionInsnIndex()];
            if (place >= 0) {
                relocations.add(new CoreRelocation(offsetBytes(place), relocation.typeId(), relocation.access(),
                        relocation.kind()));
            }
        }
        List<LineInfo> moved = new ArrayList<>();
        lines.forEach((at, line) -> moved.add(new LineInfo(offsetBytes(at), line.fileNameOffset(), line.lineOffset(),
                line.lineColumn())));
        return function.withCode(Arrays.copyOf(slots, count), references, moved, relocations);
    }

    private long offsetBytes(int insnIndex) {
        return (long) (function.sectionInsnIndex() + insnIndex) * Insn.BYTES;
    }

    private void retarget(int at) {
        boolean isLong = isLong(old[at]);
        int target = at + 1 + (isLong ? Insn.imm(old[at]) : Insn.off(old[at]));
        if (target < 0 || target >= old.length || starts[target] < 0) {
            throw fail(at, "it jumps out of the function, or into an instruction");
        }
        int distance = starts[target] - (places[at] + 1);
        if (!isLong && distance != (short) distance) {
            throw fail(at, "with what is put in it has to jump %d slots, which does not fit 16 bits"
                    .formatted(distance));
        }
        slots[places[at]] = isLong ? Insn.withImm(old[at], distance) : Insn.withOff(old[at], distance);
    }

    private AssemblyException fail(int at, String problem) {
        return new AssemblyException(at, Disassembler.plain().line(old, at).text(), problem)
                .in("function '%s'".formatted(function.name()));
    }

    private static boolean isLong(long slot) {
        return Insn.opcode(slot) == (Opcode.BPF_JMP32 | Opcode.BPF_JA);
    }

    /** Whether the instruction has a distance in it: calls, exits and jumps to a register's address have none. */
    private static boolean isJump(long slot) {
        return switch (Insn.opcodeClass(slot)) {
            case Opcode.BPF_JMP32 -> true;
            case Opcode.BPF_JMP -> switch (Insn.operation(slot)) {
                case Opcode.BPF_CALL, Opcode.BPF_EXIT -> false;
                case Opcode.BPF_JA -> Insn.source(slot) == Opcode.BPF_K;
                default -> true;
            };
            default -> false;
        };
    }

    private void append(long[] added) {
        if (count + added.length > slots.length) {
            slots = Arrays.copyOf(slots, Math.max(count + added.length, 2 * slots.length));
        }
        System.arraycopy(added, 0, slots, count, added.length);
        count += added.length;
    }
}
