package bpf4j.object;

import bpf4j.insn.AssemblyException;
import bpf4j.insn.Code;
import bpf4j.insn.Insn;
import bpf4j.insn.NearNames;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Turns the names in assembled code into references to an object's maps, variables, functions and externs. */
final class SymbolLinker {

    private final String objectName;
    private final List<MapSpec> maps;
    private final VariablePlaces variables;
    private final Set<String> weak;
    /** Where subprograms are in the object; -1 for programs, which cannot be called. */
    private final Map<String, Integer> functions = new HashMap<>();
    private final Map<String, Extern> externs = new LinkedHashMap<>();

    /**
     * @param objectName for messages
     * @param maps all maps, those of variables included
     * @param variables where variables are
     * @param externs those that the object has already
     * @param weak names of what the kernel may lack
     */
    SymbolLinker(String objectName, List<MapSpec> maps, VariablePlaces variables, List<Extern> externs,
            Set<String> weak) {
        this.objectName = objectName;
        this.maps = maps;
        this.variables = variables;
        this.weak = weak;
        externs.forEach(extern -> this.externs.put(extern.name(), extern));
    }

    /** Makes a function known; of several of one name the first counts. */
    void addFunction(String name, int index, boolean subprogram) {
        functions.putIfAbsent(name, subprogram ? index : -1);
    }

    /** The kernel's functions and symbols that code refers to; complete once all code is linked. */
    List<Extern> externs() {
        return List.copyOf(externs.values());
    }

    /**
     * What an instruction refers to by name.
     *
     * @param owner the function that the code is for, for messages
     * @param code the code
     * @param at the instruction
     * @param slot its (first) slot
     * @return the reference, with the instruction counted in this code; empty if it refers to nothing by name
     * @throws AssemblyException if there is no such thing
     */
    Optional<Reference> reference(String owner, Code code, int at, long slot) {
        Use use = new Use(owner, code, at);
        Code.Symbol symbol = code.symbols().get(at);
        return Optional.ofNullable(switch (symbol) {
            case null -> null;
            case Code.Symbol.Map(String map) -> new Reference.MapReference(at, map(use, map));
            case Code.Symbol.MapValue(String map, int offsetBytes) ->
                new Reference.DataReference(at, map(use, map), offsetBytes);
            case Code.Symbol.Variable(String variable) -> variable(use, variable);
            case Code.Symbol.Function(String function) -> toFunction(at, slot, function(use, function));
            case Code.Symbol.Kfunc(String kfunc) -> extern(use, new Extern.Kfunc(kfunc, weak.contains(kfunc), 0));
            case Code.Symbol.Ksym(String ksym) -> extern(use, new Extern.Ksym(ksym, weak.contains(ksym), 0));
            case Code.Symbol.KernelVariable(String variable) ->
                extern(use, new Extern.KernelVariable(variable, weak.contains(variable)));
        });
    }

    /** A call of a function, or a load of its address. */
    static Reference toFunction(int at, long slot, int index) {
        return Insn.isCall(slot) ? new Reference.CallReference(at, index)
                : new Reference.FunctionReference(at, index);
    }

    /** Where a name is used. */
    private record Use(String owner, Code code, int at) {
    }

    AssemblyException fail(String owner, Code code, int at, String problem) {
        return new AssemblyException(at, code.text(at), problem)
                .in("%s: function '%s'".formatted(objectName, owner));
    }

    private AssemblyException fail(Use use, String problem) {
        return fail(use.owner, use.code, use.at, problem);
    }

    private int function(Use use, String name) {
        Integer index = functions.get(name);
        if (index == null) {
            throw fail(use, "neither a label nor a subprogram is called so" + near(name, functions.keySet().stream()));
        }
        if (index < 0) {
            throw fail(use, "'%s' is a program and cannot be called".formatted(name));
        }
        return index;
    }

    private String map(Use use, String name) {
        return maps.stream().filter(map -> BpfObject.isCalled(map, name)).findFirst().map(MapSpec::name)
                .orElseThrow(() -> fail(use, "there is no map '%s'".formatted(name)
                        + near(name, maps.stream().map(MapSpec::name))));
    }

    private Reference variable(Use use, String name) {
        return variables.find(name).map(place -> new Reference.DataReference(use.at, place.map(), place.offsetBytes()))
                .orElseThrow(() -> fail(use, variables.problem(name)));
    }

    private Reference extern(Use use, Extern extern) {
        Extern known = externs.putIfAbsent(extern.name(), extern);
        if (known != null && !kind(known).equals(kind(extern))) {
            throw fail(use, "'%s' is referred to in different ways: as a %s and as a %s"
                    .formatted(extern.name(), kind(known), kind(extern)));
        }
        return new Reference.ExternReference(use.at, extern.name());
    }

    private static String kind(Extern extern) {
        return switch (extern) {
            case Extern.Kconfig _ -> "configuration value";
            case Extern.Ksym ksym when ksym.typeId() == 0 -> "symbol";
            case Extern.Ksym _, Extern.KernelVariable _ -> "variable";
            case Extern.Kfunc _ -> "function";
        };
    }

    private static String near(String name, Stream<String> names) {
        NearNames near = new NearNames(name);
        names.forEach(near::offer);
        return near.hint();
    }
}
