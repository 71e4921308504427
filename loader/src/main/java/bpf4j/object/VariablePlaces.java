package bpf4j.object;

import bpf4j.insn.NearNames;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where an object's global variables are, for code that refers to them by name.
 *
 * @param all in the order of their sections
 */
record VariablePlaces(List<Place> all) {

    /** Where one variable is. */
    record Place(String section, String name, String map, long offsetBytes) {
    }

    VariablePlaces {
        all = List.copyOf(all);
    }

    static VariablePlaces of(BpfObject object) {
        return new VariablePlaces(object.variables().stream()
                .map(v -> new Place(v.section(), v.name(), v.map(), v.offsetBytes())).toList());
    }

    /** The one of a name, which may have its section and a colon before it; empty if there is none or several. */
    Optional<Place> find(String name) {
        List<Place> found = named(name).toList();
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }

    /** Why there is not one variable of a name. */
    String problem(String name) {
        List<String> sections = named(name).map(Place::section).toList();
        if (!sections.isEmpty()) {
            return "there are variables '%s' in %s: name the section too, as in '%s:%s'"
                    .formatted(name, sections, sections.getFirst(), name);
        }
        NearNames near = new NearNames(name);
        all.forEach(place -> near.offer(place.name));
        return "there is no variable '%s'".formatted(name) + near.hint();
    }

    private Stream<Place> named(String name) {
        return all.stream().filter(p -> p.name.equals(name) || (p.section + ":" + p.name).equals(name));
    }
}
