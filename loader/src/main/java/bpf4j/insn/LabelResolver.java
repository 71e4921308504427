package bpf4j.insn;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;

/** Puts distances where jumps and calls have labels, and finds out which labels begin a function. */
final class LabelResolver {

    private final long[] slots;
    private final Map<String, Integer> labels;
    private final SortedMap<Integer, String> jumps;
    private final SortedMap<Integer, Code.Symbol> symbols;
    private final SortedMap<Integer, Code.Source> sources;
    /** What calls of labels make functions of, by where they start; the entry first, without a name. */
    private final NavigableMap<Integer, String> starts = new TreeMap<>(Map.of(0, ""));

    LabelResolver(long[] slots, Map<String, Integer> labels, SortedMap<Integer, String> jumps,
            SortedMap<Integer, Code.Symbol> symbols, SortedMap<Integer, Code.Source> sources) {
        this.slots = slots;
        this.labels = labels;
        this.jumps = new TreeMap<>(jumps);
        this.symbols = new TreeMap<>(symbols);
        this.sources = sources.headMap(slots.length);
    }

    Code resolve() {
        jumps.forEach((at, label) -> {
            if (isOfFunction(at)) {
                resolveFunction(at, label);
            }
        });
        symbols.keySet().forEach(jumps::remove);
        jumps.forEach((at, label) -> {
            if (!isOfFunction(at)) {
                resolveJump(at, label);
            }
        });
        return new Code(slots, symbols, jumps, parts(), labels, sources);
    }

    private boolean isOfFunction(int at) {
        return Insn.isCall(slots[at]) || Insn.isLoadImm64(slots[at]);
    }

    private void resolveFunction(int at, String label) {
        if (labels.containsKey(label)) {
            int target = target(at, label);
            starts.putIfAbsent(target, label);
            slots[at] = Insn.withImm(slots[at], target - (at + 1));
        } else {
            symbols.put(at, new Code.Symbol.Function(label));
        }
    }

    private void resolveJump(int at, String label) {
        int target = target(at, label);
        if (!starts.floorKey(at).equals(starts.floorKey(target))) {
            throw fail(at, label, "'%s' is in another function, which begins at instruction %d"
                    .formatted(label, starts.floorKey(Math.max(at, target))));
        }
        int distance = target - (at + 1);
        if (Insn.opcode(slots[at]) == (Opcode.BPF_JMP32 | Opcode.BPF_JA)) {
            slots[at] = Insn.withImm(slots[at], distance);
        } else if (distance == (short) distance) {
            slots[at] = Insn.withOff(slots[at], distance);
        } else {
            throw fail(at, label, "'%s' is %d slots away, which does not fit 16 bits: go there by jumpLong"
                    .formatted(label, Math.abs(distance)));
        }
    }

    private int target(int at, String label) {
        Integer target = labels.get(label);
        if (target == null) {
            NearNames near = new NearNames(label);
            labels.keySet().forEach(near::offer);
            throw fail(at, label, "label '%s' is not set".formatted(label) + near.hint());
        }
        if (target == slots.length) {
            throw fail(at, label, "label '%s' has no instruction behind it".formatted(label));
        }
        return target;
    }

    /** The text has the label where the distance is to stand. */
    private AssemblyException fail(int at, String label, String problem) {
        String text = Disassembler.naming(_ -> Optional.of(label)).line(slots, at).text();
        String named = text.replaceFirst("(goto|gotol|may_goto) \\+0$", "$1 " + Matcher.quoteReplacement(label));
        return new AssemblyException(at, named, problem);
    }

    private List<Code.Part> parts() {
        List<Code.Part> parts = new ArrayList<>();
        starts.forEach((start, label) -> {
            Integer end = starts.higherKey(start);
            parts.add(new Code.Part(label, start, (end == null ? slots.length : end) - start));
        });
        return parts;
    }
}
