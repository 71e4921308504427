package bpf4j.object;

import bpf4j.insn.AssemblyException;
import bpf4j.insn.Code;
import bpf4j.insn.Insn;
import bpf4j.insn.NearNames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

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
    }

    private final String objectName;
    private final List<Declared> functions;
    private final List<MapSpec> maps;
    private final Map<String, Integer> indices = new HashMap<>();
    private final Map<String, Extern> externs = new LinkedHashMap<>();

    FunctionLinker(String objectName, List<Declared> functions, List<MapSpec> maps) {
        this.objectName = objectName;
        this.functions = functions;
        this.maps = maps;
        functions.forEach(function -> indices.put(function.name(), indices.size()));
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
            boolean program = !function.section().equals(ObjectElf.TEXT);
            result.add(new BpfFunction(function.name(), function.section(), end - count,
                    Arrays.copyOfRange(slots, start, start + count), program, false, false, references, List.of(),
                    List.of(), List.of()));
        }
        return result;
    }

    /** The kernel functions and symbols that the functions refer to; complete once they are linked. */
    List<Extern> externs() {
        return List.copyOf(externs.values());
    }

    private Optional<Reference> reference(Declared function, int at, long slot) {
        Code.Symbol symbol = function.code().symbols().get(at);
        return switch (symbol) {
            case null -> local(function, at, slot);
            case Code.Symbol.Map map -> Optional.of(new Reference.MapReference(at, map(function, at, map.name())));
            case Code.Symbol.MapValue value -> Optional.of(
                    new Reference.DataReference(at, map(function, at, value.name()), value.offsetBytes()));
            case Code.Symbol.Function called -> Optional.of(toFunction(at, slot, index(function, at, called.name())));
            case Code.Symbol.Kfunc kfunc -> extern(function, at, new Extern.Kfunc(kfunc.name(), false, 0));
            case Code.Symbol.Ksym ksym -> extern(function, at, new Extern.Ksym(ksym.name(), false, 0));
        };
    }

    /** A call or an address of another part of the same code has the distance in the instruction. */
    private Optional<Reference> local(Declared function, int at, long slot) {
        if (!Insn.isPseudoCall(slot) && !Insn.isPseudoFunc(slot)) {
            return Optional.empty();
        }
        int target = at + 1 + Insn.imm(slot);
        for (Code.Part part : function.code().parts()) {
            if (part.insnIndex() == target) {
                return Optional.of(toFunction(at, slot,
                        indices.get(target == 0 ? function.owner() : part.label())));
            }
        }
        throw fail(function, at, "instruction %d does not begin a function: call it by a label".formatted(target));
    }

    private static Reference toFunction(int at, long slot, int index) {
        return Insn.isCall(slot) ? new Reference.CallReference(at, index) : new Reference.FunctionReference(at, index);
    }

    private int index(Declared function, int at, String name) {
        Integer index = indices.get(name);
        if (index == null) {
            throw fail(function, at, "neither a label nor a subprogram is called so"
                    + near(name, functions.stream().map(Declared::name)));
        }
        if (!functions.get(index).section().equals(ObjectElf.TEXT)) {
            throw fail(function, at, "'%s' is a program and cannot be called".formatted(name));
        }
        return index;
    }

    private String map(Declared function, int at, String name) {
        return maps.stream().filter(map -> BpfObject.isCalled(map, name)).findFirst().map(MapSpec::name)
                .orElseThrow(() -> fail(function, at, "there is no map '%s'".formatted(name)
                        + near(name, maps.stream().map(MapSpec::name))));
    }

    private Optional<Reference> extern(Declared function, int at, Extern extern) {
        Extern known = externs.putIfAbsent(extern.name(), extern);
        if (known != null && !known.equals(extern)) {
            throw fail(function, at, "'%s' is referred to both as a function and as a symbol".formatted(extern.name()));
        }
        return Optional.of(new Reference.ExternReference(at, extern.name()));
    }

    private static String near(String name, Stream<String> names) {
        NearNames near = new NearNames(name);
        names.forEach(near::offer);
        return near.hint();
    }

    private AssemblyException fail(Declared function, int at, String problem) {
        return new AssemblyException(at, function.code().text(at), problem)
                .in("%s: function '%s'".formatted(objectName, function.owner()));
    }
}
