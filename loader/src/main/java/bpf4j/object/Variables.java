package bpf4j.object;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfType;
import bpf4j.insn.NearNames;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The variables of an object's sections of data, and what they are before the object is loaded. */
final class Variables {

    private final BpfObject object;

    Variables(BpfObject object) {
        this.object = object;
    }

    /** All that BTF describes, section by section, ascending. */
    List<Variable> all() {
        List<Variable> result = new ArrayList<>();
        SectionTypes types = new SectionTypes(object.btf(),
                object.maps().stream().flatMap(map -> section(map).stream()).collect(Collectors.toSet()));
        object.btf().ifPresent(btf -> object.maps().forEach(map -> add(btf, types, map, result)));
        return result;
    }

    private static void add(Btf btf, SectionTypes types, MapSpec map, List<Variable> result) {
        int id = section(map).map(types::of).orElse(0);
        if (id == 0 || !(btf.type(id) instanceof BtfType.DataSec section)) {
            return;
        }
        for (BtfType.SectionVar place : section.variables()) {
            boolean inside = place.offsetBytes() + place.sizeBytes() <= size(map);
            if (inside && btf.type(place.typeId()) instanceof BtfType.Var(String variable, int typeId, _)) {
                result.add(new Variable(variable, section.name(), map.name(), place.offsetBytes(), place.sizeBytes(),
                        typeId, isReadOnly(map), btf));
            }
        }
    }

    private static Optional<String> section(MapSpec map) {
        return switch (map.contents()) {
            case MapContents.Data data -> Optional.of(data.section());
            case MapContents.ArenaData data -> Optional.of(data.section());
            case MapContents.Kconfig _ -> Optional.of(ObjectTypes.KCONFIG);
            case MapContents.Empty _, MapContents.Slots _, MapContents.StructOps _ -> Optional.empty();
        };
    }

    private static long size(MapSpec map) {
        return map.contents() instanceof MapContents.ArenaData data ? data.sizeBytes() : map.valueSize();
    }

    private static boolean isReadOnly(MapSpec map) {
        return map.contents() instanceof MapContents.Kconfig
                || map.contents() instanceof MapContents.Data data && data.frozen();
    }

    /** The one of a name, which may have the section and a colon before it. */
    static Variable find(String objectName, List<Variable> variables, String name) {
        List<Variable> found = variables.stream()
                .filter(v -> v.name().equals(name) || (v.section() + ":" + v.name()).equals(name)).toList();
        if (found.size() == 1) {
            return found.getFirst();
        }
        if (found.isEmpty()) {
            NearNames near = new NearNames(name);
            variables.forEach(v -> near.offer(v.name()));
            throw new NoSuchElementException("%s: no variable '%s' among the %d that the object's types describe"
                    .formatted(objectName, name, variables.size()) + near.hint());
        }
        List<String> sections = found.stream().map(Variable::section).toList();
        throw new IllegalArgumentException("%s: there are %d variables '%s', in %s: name the section too, as in '%s:%s'"
                .formatted(objectName, found.size(), name, sections, sections.getFirst(), found.getFirst().name()));
    }

    /** The bytes that a variable starts with: a copy of these alone, as a section of zeros may claim gigabytes. */
    MemorySegment initial(Variable variable) {
        MemorySegment stored = stored(object.map(variable.map()), variable);
        long from = Math.min(variable.offsetBytes(), stored.byteSize());
        MemorySegment value = zeros(variable, variable.sizeBytes());
        value.copyFrom(stored.asSlice(from, Math.min(variable.sizeBytes(), stored.byteSize() - from)));
        return value.asReadOnly();
    }

    /** The contents of the variable's map, with the variable changed. */
    MapContents changed(Variable variable, Consumer<MemorySegment> change) {
        MapSpec map = object.map(variable.map());
        MemorySegment image = image(map, variable);
        change.accept(image.asSlice(variable.offsetBytes(), variable.sizeBytes()));
        return switch (map.contents()) {
            case MapContents.Data data ->
                new MapContents.Data(data.section(), image.asReadOnly(), data.sizeBytes(), data.frozen());
            case MapContents.ArenaData data ->
                new MapContents.ArenaData(data.section(), image.asReadOnly(), data.sizeBytes());
            case MapContents.Kconfig _, MapContents.Empty _, MapContents.Slots _, MapContents.StructOps _ ->
                throw new IllegalStateException(map.name());
        };
    }

    /** A copy of the section, as far as the file has bytes or the variable reaches: the rest is zero. */
    private static MemorySegment image(MapSpec map, Variable variable) {
        MemorySegment stored = stored(map, variable);
        long end = variable.offsetBytes() + variable.sizeBytes();
        MemorySegment image = zeros(variable, Math.max(stored.byteSize(), end));
        return image.copyFrom(stored);
    }

    /** What the file has of the variable's section. */
    private static MemorySegment stored(MapSpec map, Variable variable) {
        return switch (map.contents()) {
            case MapContents.Data data -> data.bytes();
            case MapContents.ArenaData data -> data.bytes();
            case MapContents.Kconfig _ -> throw new IllegalArgumentException(
                    "%s: variable '%s': its value is the kernel's configuration's, which is read at load"
                            .formatted(variable.section(), variable.name()));
            case MapContents.Empty _, MapContents.Slots _, MapContents.StructOps _ ->
                throw new IllegalStateException(map.name());
        };
    }

    private static MemorySegment zeros(Variable variable, long sizeBytes) {
        if (sizeBytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("%s: variable '%s': 0x%x bytes are more than an array can have"
                    .formatted(variable.section(), variable.name(), sizeBytes));
        }
        return MemorySegment.ofArray(new byte[(int) sizeBytes]);
    }
}
