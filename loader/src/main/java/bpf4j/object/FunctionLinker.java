package bpf4j.object;

import bpf4j.insn.Code;
import bpf4j.insn.Insn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns assembled code into functions, and the names in it into references as compiled functions have them. */
final class FunctionLinker {

    /**
     * A function of the object.
     *
     * @param name its name
     * @param section its section
     * @param type its program type, where the section does not say it
     * @param owner the function that its code was added for
     * @param code the code that it is part of
     * @param part which part
     */
    record Declared(String name, String section, Optional<ProgramType> type, String owner, Code code, Code.Part part) {

        boolean isSubprogram() {
            return section.equals(ObjectElf.TEXT);
        }
    }

    private final List<Declared> functions;
    private final SymbolLinker symbols;
    private final Map<String, Integer> indices = new HashMap<>();

    FunctionLinker(List<Declared> functions, SymbolLinker symbols) {
        this.functions = functions;
        this.symbols = symbols;
        for (Declared function : functions) {
            symbols.addFunction(function.name(), indices.size(), function.isSubprogram());
            indices.put(function.name(), indices.size());
        }
    }

    /** The functions in their order. */
    List<BpfFunction> link() {
        Map<String, Integer> ends = new HashMap<>();
        List<BpfFunction> result = new ArrayList<>();
        for (Declared function : functions) {
            int start = function.part().insnIndex();
            int count = function.part().slotCount();
            int end = ends.merge(function.section(), count, Integer::sum);
            long[] slots = function.code().slots();
            List<Reference> references = new ArrayList<>();
            for (int at = start; at < start + count; at++) {
                reference(function, at, slots[at]).map(r -> r.movedBy(-start)).ifPresent(references::add);
            }
            result.add(new BpfFunction(function.name(), function.section(), end - count,
                    Arrays.copyOfRange(slots, start, start + count), !function.isSubprogram(), false, false, references,
                    List.of(), List.of(), List.of()));
        }
        return result;
    }

    private Optional<Reference> reference(Declared function, int at, long slot) {
        return symbols.reference(function.owner(), function.code(), at, slot).or(() -> local(function, at, slot));
    }

    /** A call or an address of another part of the same code has the distance in the instruction. */
    private Optional<Reference> local(Declared function, int at, long slot) {
        if (!Insn.isPseudoCall(slot) && !Insn.isPseudoFunc(slot)) {
            return Optional.empty();
        }
        int target = at + 1 + Insn.imm(slot);
        for (Code.Part part : function.code().parts()) {
            if (part.insnIndex() == target) {
                return Optional.of(SymbolLinker.toFunction(at, slot,
                        indices.get(target == 0 ? function.owner() : part.label())));
            }
        }
        throw symbols.fail(function.owner(), function.code(), at,
                "instruction %d does not begin a function: call it by a label".formatted(target));
    }
}
