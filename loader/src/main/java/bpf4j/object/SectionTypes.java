package bpf4j.object;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfKind;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The types of an object's sections of variables. Found in one pass: flavors of one name share a chain in the types'
 * table of names, so that looking up each section there takes quadratic time in a file made for it.
 */
final class SectionTypes {

    private final Map<String, Integer> idByName = new HashMap<>();

    /** Finds the first {@code BTF_KIND_DATASEC} of each of these names. */
    SectionTypes(Optional<Btf> types, Set<String> sections) {
        types.ifPresent(btf -> {
            for (int id = btf.firstOwnId(); id < btf.typeCount(); id++) {
                if (btf.kindNumber(id) == BtfKind.BTF_KIND_DATASEC.ordinal()) {
                    String name = btf.nameOf(id);
                    if (sections.contains(name)) {
                        idByName.putIfAbsent(name, id);
                    }
                }
            }
        });
    }

    /** {@return the type of a section, 0 if it has none} */
    int of(String section) {
        return idByName.getOrDefault(section, 0);
    }
}
