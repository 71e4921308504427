package bpf4j.cli;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfType;
import bpf4j.object.BpfObject;
import bpf4j.object.MapContents;
import bpf4j.object.MapSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The variables of an object's data sections, out of its BTF. */
final class Variables {

    /**
     * A variable.
     *
     * @param section its section's full name
     * @param offsetBytes where it stands in the section
     * @param sizeBytes its size
     * @param name its name
     * @param typeId its {@link BtfType.Var} in the object's BTF
     */
    record Variable(String section, long offsetBytes, long sizeBytes, String name, int typeId) {

        private boolean holds(long offset) {
            return offset >= offsetBytes && offset < offsetBytes + Math.max(1, sizeBytes);
        }
    }

    private final BpfObject object;

    Variables(BpfObject object) {
        this.object = object;
    }

    /** {@return all, by section and in the sections' order} */
    List<Variable> all() {
        List<Variable> all = new ArrayList<>();
        object.maps().forEach(map -> all.addAll(of(map)));
        return all;
    }

    /** {@return the variables in a data section's map, none for other maps} */
    List<Variable> of(MapSpec map) {
        Optional<Btf> btf = object.btf();
        if (btf.isEmpty() || !(map.contents() instanceof MapContents.Data data)) {
            return List.of();
        }
        OptionalInt id = btf.get().find(data.section(), BtfKind.BTF_KIND_DATASEC);
        return id.isEmpty() ? List.of() : ((BtfType.DataSec) btf.get().type(id.getAsInt())).variables().stream()
                .map(v -> new Variable(data.section(), v.offsetBytes(), v.sizeBytes(), btf.get().nameOf(v.typeId()),
                        v.typeId())).toList();
    }

    /**
     * Names a place in a data section.
     *
     * @param map the section's map
     * @param offsetBytes a place in it
     * @return {@code name}, or {@code name+4} inside a variable, or the section and the offset where there is none
     */
    String at(MapSpec map, long offsetBytes) {
        return of(map).stream().filter(v -> v.holds(offsetBytes)).findFirst()
                .map(v -> plus(v.name(), offsetBytes - v.offsetBytes()))
                .orElseGet(() -> plus(map.contents() instanceof MapContents.Data data ? data.section() : map.name(),
                        offsetBytes));
    }

    private static String plus(String name, long offsetBytes) {
        return offsetBytes == 0 ? name : "%s%+d".formatted(name, offsetBytes);
    }
}
