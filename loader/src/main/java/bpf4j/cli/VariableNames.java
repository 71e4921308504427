package bpf4j.cli;

import bpf4j.object.BpfObject;
import bpf4j.object.MapContents;
import bpf4j.object.MapSpec;
import bpf4j.object.Variable;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Names places in an object's sections of data. */
final class VariableNames {

    private final BpfObject object;
    /** By the names of their maps, then by where they begin. */
    private final Map<String, NavigableMap<Long, Variable>> places = new HashMap<>();

    VariableNames(BpfObject object) {
        this.object = object;
        object.variables().forEach(variable -> places.computeIfAbsent(variable.map(), _ -> new TreeMap<>())
                .put(variable.offsetBytes(), variable));
    }

    /**
     * Names a place in a data section.
     *
     * @param map the name of the section's map
     * @param offsetBytes a place in it
     * @return {@code name}, or {@code name+4} inside a variable, or the section and the offset where there is none
     */
    String at(String map, long offsetBytes) {
        Map.Entry<Long, Variable> before = places.getOrDefault(map, new TreeMap<>()).floorEntry(offsetBytes);
        if (before != null) {
            long inside = offsetBytes - before.getKey();
            if (inside == 0 || inside < before.getValue().sizeBytes()) {
                return plus(before.getValue().name(), inside);
            }
        }
        return plus(section(object.map(map)), offsetBytes);
    }

    private static String section(MapSpec map) {
        return switch (map.contents()) {
            case MapContents.Data data -> data.section();
            case MapContents.ArenaData data -> data.section();
            case MapContents.Empty _, MapContents.Slots _, MapContents.Kconfig _, MapContents.StructOps _ -> map.name();
        };
    }

    private static String plus(String name, long offsetBytes) {
        return offsetBytes == 0 ? name : "%s%+d".formatted(name, offsetBytes);
    }
}
