package bpf4j.object;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.BtfType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The global variables of an object that is built in code: lays out their sections, and describes them in BTF. */
final class BuiltVariables {

    /**
     * A variable.
     *
     * @param section its section
     * @param name its name
     * @param number its type, if it is a number; empty for a type of the object's
     * @param typeId its type among those of the object, where it is no number of its own
     */
    private record Declared(String section, String name, Optional<BtfType.Int> number, int typeId) {
    }

    /**
     * All variables in their sections.
     *
     * @param places where they are
     * @param maps the sections' maps
     */
    record Placed(VariablePlaces places, List<MapSpec> maps) {
    }

    private final String objectName;
    private final Map<String, List<Declared>> bySection = new LinkedHashMap<>();

    BuiltVariables(String objectName) {
        this.objectName = objectName;
    }

    void add(String section, String name, BtfType.Int number) {
        add(new Declared(section, name, Optional.of(number), 0));
    }

    void add(String section, String name, int typeId) {
        add(new Declared(section, name, Optional.empty(), typeId));
    }

    private void add(Declared variable) {
        if (!DataSections.isDataName(variable.section)) {
            throw fail(variable, "section '%s' is none of .data, .rodata and .bss, nor one of these with a dot and more"
                    .formatted(variable.section));
        }
        if (!variable.name.matches(BpfObjectBuilder.IDENTIFIER)) {
            throw fail(variable, "the name is no C identifier");
        }
        List<Declared> others = bySection.computeIfAbsent(variable.section, _ -> new ArrayList<>());
        if (others.stream().anyMatch(other -> other.name.equals(variable.name))) {
            throw fail(variable, "section '%s' has one of that name".formatted(variable.section));
        }
        others.add(variable);
    }

    /**
     * Places the variables of each section in the order in which they were added.
     *
     * @param types takes their types
     * @param given the object's types, that {@code types} is a copy of
     */
    Placed place(BtfBuilder types, Optional<Btf> given) {
        List<VariablePlaces.Place> places = new ArrayList<>();
        List<MapSpec> maps = new ArrayList<>();
        Map<BtfType.Int, Integer> numbers = new LinkedHashMap<>();
        bySection.forEach((section, variables) -> {
            List<BtfType.SectionVar> described = new ArrayList<>();
            long end = 0;
            for (Declared variable : variables) {
                int typeId = variable.number.map(n -> numbers.computeIfAbsent(n, types::add)).orElse(variable.typeId);
                long size = sizeBytes(variable, given);
                long alignment = variable.number.map(BtfType.Int::sizeBytes)
                        .orElseGet(() -> ExternReader.alignment(given.orElseThrow(), typeId));
                long offset = Math.ceilDiv(end, alignment) * alignment;
                end = offset + size;
                if (end > Integer.MAX_VALUE) {
                    throw fail(variable, "its section is longer than the value of a map can be");
                }
                described.add(new BtfType.SectionVar(
                        types.add(new BtfType.Var(variable.name, typeId, BtfType.Var.GLOBAL)), offset, size));
                places.add(new VariablePlaces.Place(section, variable.name,
                        DataSections.mapName(objectName, section), offset));
            }
            maps.add(DataSections.built(objectName, section, (int) end,
                    types.add(new BtfType.DataSec(section, end, described))));
        });
        return new Placed(new VariablePlaces(places), maps);
    }

    private long sizeBytes(Declared variable, Optional<Btf> given) {
        if (variable.number.isPresent()) {
            return variable.number.get().sizeBytes();
        }
        boolean known = given.isPresent() && variable.typeId > 0 && variable.typeId < given.get().typeCount();
        if (!known) {
            throw fail(variable, "there is no type %d: BpfObjectBuilder.types gives types"
                    .formatted(variable.typeId));
        }
        try {
            long size = given.get().sizeBytes(variable.typeId);
            if (size > 0) {
                return size;
            }
        } catch (BtfFormatException e) {
            throw fail(variable, e.getMessage());
        }
        throw fail(variable, "type %d has no size".formatted(variable.typeId));
    }

    private IllegalArgumentException fail(Declared variable, String problem) {
        return new IllegalArgumentException("%s: variable '%s': %s".formatted(objectName, variable.name, problem));
    }
}
