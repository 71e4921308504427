package bpf4j.btf;

import java.util.HashSet;
import java.util.Set;

/**
 * Types for a printer that must not fail. What cannot be read is remembered for as long as one text takes, since
 * hostile data could make it expensive to find that out again and again.
 */
final class ReadableTypes {

    private final Btf btf;
    private final Set<Integer> unreadable = new HashSet<>();

    ReadableTypes(Btf btf) {
        this.btf = btf;
    }

    /** The type, or null where the id is none or the type cannot be read. */
    BtfType typeOrNull(int id) {
        if (unreadable.contains(id)) {
            return null;
        }
        try {
            return btf.type(id);
        } catch (BtfFormatException _) {
            unreadable.add(id);
            return null;
        }
    }

    /** The kind, or null where the id is none or the kind is unknown. */
    BtfKind kindOrNull(int id) {
        if (id < 0 || id >= btf.typeCount()) {
            return null;
        }
        int kind = btf.kindNumber(id);
        return kind < BtfKind.count() ? BtfKind.of(kind) : null;
    }

    /** The name, or null where the id is none or the name cannot be read. */
    String nameOrNull(int id) {
        try {
            return btf.nameOf(id);
        } catch (BtfFormatException _) {
            return null;
        }
    }
}
