package bpf4j.cli;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfType;
import bpf4j.object.BpfObject;
import bpf4j.object.MapContents;
import bpf4j.object.MapSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/** The variables of an object's data sections, out of its BTF. */
final class Variables {

    /**
     * A variable.
     *
     * @param offsetBytes where it stands in the section
     * @param sizeBytes its size
     * @param name its name
     * @param typeId its {@link BtfType.Var} in the object's BTF
     */
    record Variable(long offsetBytes, long sizeBytes, String name, int typeId) {
    }

    private record Section(String name, List<Variable> variables, NavigableMap<Long, Variable> byOffset) {
    }

    /** By the names of the maps that hold them. */
    private final Map<String, Section> sections = new LinkedHashMap<>();

    Variables(BpfObject object) {
        Optional<Btf> btf = object.btf();
        for (MapSpec map : object.maps()) {
            if (map.contents() instanceof MapContents.Data data) {
                add(map, data.section(), btf);
            } else if (map.contents() instanceof MapContents.ArenaData data) {
                add(map, data.section(), btf);
            }
        }
    }

    private void add(MapSpec map, String section, Optional<Btf> btf) {
        List<Variable> variables = btf.map(types -> read(types, section)).orElse(List.of());
        NavigableMap<Long, Variable> byOffset = new TreeMap<>();
        variables.forEach(variable -> byOffset.put(variable.offsetBytes(), variable));
        sections.put(map.name(), new Section(section, variables, byOffset));
    }

    /** What {@link #forEach} calls. */
    interface Visitor {
        void visit(String section, Variable variable);
    }

    /** Visits all, section by section, in their order. */
    void forEach(Visitor visitor) {
        Collection<Section> all = sections.values();
        all.forEach(section -> section.variables().forEach(variable -> visitor.visit(section.name(), variable)));
    }

    /**
     * Names a place in a data section.
     *
     * @param map the name of the section's map
     * @param offsetBytes a place in it
     * @return {@code name}, or {@code name+4} inside a variable, or the section and the offset where there is none
     */
    String at(String map, long offsetBytes) {
        Section section = sections.get(map);
        Map.Entry<Long, Variable> before = section.byOffset().floorEntry(offsetBytes);
        if (before != null) {
            long inside = offsetBytes - before.getKey();
            if (inside == 0 || inside < before.getValue().sizeBytes()) {
                return plus(before.getValue().name(), inside);
            }
        }
        return plus(section.name(), offsetBytes);
    }

    private static List<Variable> read(Btf btf, String section) {
        OptionalInt id = btf.find(section, BtfKind.BTF_KIND_DATASEC);
        List<Variable> variables = new ArrayList<>();
        if (id.isPresent() && btf.type(id.getAsInt()) instanceof BtfType.DataSec types) {
            types.variables().forEach(place -> variables.add(new Variable(place.offsetBytes(), place.sizeBytes(),
                    btf.nameOf(place.typeId()), place.typeId())));
        }
        return variables;
    }

    private static String plus(String name, long offsetBytes) {
        return offsetBytes == 0 ? name : "%s%+d".formatted(name, offsetBytes);
    }
}
