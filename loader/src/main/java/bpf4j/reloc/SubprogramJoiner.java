package bpf4j.reloc;

import bpf4j.btf.FuncInfo;
import bpf4j.btf.LineInfo;
import bpf4j.btf.core.CoreFixup;
import bpf4j.btf.structops.StructOpsTarget;
import bpf4j.insn.Insn;
import bpf4j.insn.Opcode;
import bpf4j.object.BpfFunction;
import bpf4j.object.ProgramSpec;
import bpf4j.object.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Appends to one program the subprograms that it reaches, depth first in the order of their first use, and points calls
 * and function addresses at them. The order is libbpf's, so that the kernel computes the same tag.
 */
final class SubprogramJoiner {

    /**
     * {@code BPF_COMPLEXITY_LIMIT_INSNS}: more than this no kernel loads, and copies of shared subprograms stay
     * bounded.
     */
    private static final int MAX_SLOTS = 1_000_000;

    private final List<PatchedFunction> functions;
    private final PatchedFunction entry;
    /** By identity: there is one of each, and its code is long. */
    private final Map<PatchedFunction, Integer> starts = new IdentityHashMap<>();
    private final List<RelocatedProgram.Part> parts = new ArrayList<>();
    private final List<RelocatedProgram.Func> funcInfo = new ArrayList<>();
    private final List<RelocatedProgram.Line> lineInfo = new ArrayList<>();
    private final List<Reference> references = new ArrayList<>();
    private final Map<Integer, CoreFixup> poisoned = new HashMap<>();
    /** Grows by doubling; the first {@link #slotCount} slots count. */
    private long[] code = new long[0];
    private int slotCount;

    SubprogramJoiner(List<PatchedFunction> functions, PatchedFunction entry) {
        this.functions = functions;
        this.entry = entry;
    }

    /** Joins what the entry reaches, and behind it the function that receives its exceptions, which nothing calls. */
    RelocatedProgram join(ProgramSpec program, Optional<StructOpsTarget> structOps,
            Optional<PatchedFunction> exceptionCallback) {
        append(entry);
        exceptionCallback.filter(callback -> !starts.containsKey(callback)).ifPresent(this::append);
        lineInfo.sort(Comparator.comparingInt(RelocatedProgram.Line::insnIndex));
        references.sort(Comparator.comparingInt(Reference::insnIndex));
        return new RelocatedProgram(program, Arrays.copyOf(code, slotCount), references, parts, funcInfo, lineInfo,
                poisoned, structOps);
    }

    /** Walks without recursion: call chains of an object can be longer than a thread's stack is deep. */
    private void append(PatchedFunction first) {
        List<Walk> stack = new ArrayList<>();
        stack.add(new Walk(first, place(first)));
        while (!stack.isEmpty()) {
            Walk walk = stack.getLast();
            if (walk.next == walk.function.function().references().size()) {
                stack.removeLast();
                continue;
            }
            Reference reference = walk.function.function().references().get(walk.next);
            switch (reference) {
                case Reference.CallReference call ->
                    follow(walk, call.insnIndex(), functions.get(call.function()), stack);
                case Reference.FunctionReference address ->
                    follow(walk, address.insnIndex(), functions.get(address.function()), stack);
                case Reference.MapReference _, Reference.DataReference _, Reference.ExternReference _ ->
                    references.add(reference.movedBy(walk.start));
            }
            walk.next++;
        }
    }

    private static final class Walk {

        private final PatchedFunction function;
        private final int start;
        private int next;

        Walk(PatchedFunction function, int start) {
            this.function = function;
            this.start = start;
        }
    }

    private void follow(Walk from, int insnIndex, PatchedFunction target, List<Walk> stack) {
        Integer start = starts.get(target);
        if (start == null) {
            start = place(target);
            stack.add(new Walk(target, start));
        }
        int at = from.start + insnIndex;
        long slot = Insn.withImm(code[at], start - (at + 1));
        code[at] = Insn.isLoadImm64(slot) ? Insn.withSrc(slot, Opcode.BPF_PSEUDO_FUNC) : slot;
        if (Insn.isLoadImm64(slot)) {
            code[at + 1] = Insn.withImm(code[at + 1], 0);
        }
    }

    private int place(PatchedFunction patched) {
        BpfFunction function = patched.function();
        int start = slotCount;
        if (start + (long) patched.slots().length > MAX_SLOTS) {
            throw new RelocationException("program '" + entry.function().name() + "'",
                    "with its subprograms it has more than %d instructions".formatted(MAX_SLOTS), Optional.empty(),
                    null);
        }
        slotCount += patched.slots().length;
        if (slotCount > code.length) {
            code = Arrays.copyOf(code, Math.max(slotCount, 2 * code.length));
        }
        System.arraycopy(patched.slots(), 0, code, start, patched.slots().length);
        starts.put(patched, start);
        parts.add(new RelocatedProgram.Part(function.name(), start, function.slotCount()));
        patched.poisoned().forEach((index, fixup) -> poisoned.put(start + index, fixup));
        addInfo(function, start);
        return start;
    }

    /**
     * An entry without info goes without altogether; a subprogram without it, joined to an entry with it, is an error.
     */
    private void addInfo(BpfFunction function, int start) {
        boolean first = parts.size() == 1;
        Optional<FuncInfo> func = function.funcInfo();
        if (func.isPresent() && (first || !funcInfo.isEmpty())) {
            funcInfo.add(new RelocatedProgram.Func(start, func.get().typeId()));
        } else if (!first && !funcInfo.isEmpty()) {
            throw missing(function, "func_info");
        }
        if (!function.lineInfo().isEmpty() && (first || !lineInfo.isEmpty())) {
            for (LineInfo line : function.lineInfo()) {
                int index = (int) (line.insnOffsetBytes() / 8) - function.sectionInsnIndex() + start;
                lineInfo.add(
                        new RelocatedProgram.Line(index, line.fileNameOffset(), line.lineOffset(), line.lineColumn()));
            }
        } else if (!first && !lineInfo.isEmpty()) {
            throw missing(function, "line_info");
        }
    }

    private RelocationException missing(BpfFunction function, String what) {
        return new RelocationException("program '" + entry.function().name() + "'",
                "its subprogram '%s' has no %s, while it has".formatted(function.name(), what), Optional.empty(), null);
    }
}
