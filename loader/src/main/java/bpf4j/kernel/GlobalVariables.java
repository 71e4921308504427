package bpf4j.kernel;

import bpf4j.object.BpfObject;
import bpf4j.object.Variable;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/** The variables of a loaded object. Sections are mapped when a variable is first asked for, and unmapped together. */
final class GlobalVariables implements AutoCloseable {

    private final Arena arena = Arena.ofShared();
    private final BpfObject object;
    private final Map<String, LoadedMap> maps;
    private List<GlobalVariable> variables;

    GlobalVariables(BpfObject object, Map<String, LoadedMap> maps) {
        this.object = object;
        this.maps = maps;
    }

    /** Those whose maps were made, in the object's order. */
    synchronized List<GlobalVariable> all() {
        if (variables == null) {
            Map<String, SectionMemory> sections = new HashMap<>();
            List<GlobalVariable> result = new ArrayList<>();
            for (Variable declaration : object.variables()) {
                LoadedMap map = maps.get(declaration.map());
                if (map != null) {
                    result.add(new GlobalVariable(declaration, sections.computeIfAbsent(declaration.map(),
                            name -> SectionMemory.of(map, object.map(name), arena))));
                }
            }
            variables = List.copyOf(result);
        }
        return variables;
    }

    /** The one of a name, as {@link BpfObject#variable} finds it. */
    GlobalVariable get(String name) {
        Variable declaration = object.variable(name);
        return all().stream().filter(v -> v.declaration().equals(declaration)).findFirst().orElseThrow(
                () -> new NoSuchElementException("%s: the map of variable '%s' was not created: '%s'"
                        .formatted(object.name(), name, declaration.map())));
    }

    /** Unmaps. While another thread's call uses the memory it stays mapped, as nothing else would be safe. */
    @Override
    public void close() {
        try {
            arena.close();
        } catch (IllegalStateException _) {
            // Closed before, or in use.
            return;
        }
    }
}
