package bpf4j.btf.diff;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.BtfType;
import bpf4j.btf.diff.TypeDifference.Change;
import bpf4j.btf.diff.TypeDifference.Kind;
import bpf4j.btf.diff.TypeDifference.Part;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Compares two BTFs by the names of their types, functions and variables. Ids and the order of types do not matter, nor
 * do names of parameters. Pure function.
 */
public final class BtfDiff {

    /** A kind and a name; several types can have both. */
    private record Key(Kind kind, String name) implements Comparable<Key> {

        private static final Comparator<Key> ORDER = Comparator.comparing(Key::kind).thenComparing(Key::name);

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }
    }

    private final Map<Key, List<TypeParts>> before;
    private final Map<Key, List<TypeParts>> after;
    private final List<TypeDifference> differences = new ArrayList<>();

    private BtfDiff(Btf before, Btf after, Set<String> names) {
        this.before = types(before, names);
        this.after = types(after, names);
    }

    /**
     * Finds what differs.
     *
     * @param before the first side, without its base
     * @param after the second side, without its base
     * @return the differences, by kind and then by name
     * @throws BtfFormatException if a type is malformed or of an unknown kind
     */
    public static List<TypeDifference> between(Btf before, Btf after) {
        return between(before, after, Set.of());
    }

    /**
     * Finds what differs in some types.
     *
     * @param before the first side, without its base
     * @param after the second side, without its base
     * @param names the names to compare; all if it is empty
     * @return the differences, by kind and then by name
     * @throws BtfFormatException if a type is malformed or of an unknown kind
     */
    public static List<TypeDifference> between(Btf before, Btf after, Collection<String> names) {
        BtfDiff diff = new BtfDiff(before, after, Set.copyOf(names));
        Set<Key> keys = new TreeSet<>(diff.before.keySet());
        keys.addAll(diff.after.keySet());
        keys.forEach(diff::compare);
        return List.copyOf(diff.differences);
    }

    private static Map<Key, List<TypeParts>> types(Btf btf, Set<String> names) {
        Map<Key, List<TypeParts>> result = new TreeMap<>();
        Map<String, String> constants = new LinkedHashMap<>();
        for (int id = btf.firstOwnId(); id < btf.typeCount(); id++) {
            if (!names.isEmpty() && !names.contains(btf.nameOf(id))) {
                continue;
            }
            BtfType type = btf.type(id);
            Kind kind = kind(type);
            if (type instanceof BtfType.Enumeration enumeration && type.name().isEmpty()) {
                TypeParts.values(enumeration, constants);
            } else if (kind != null && !type.name().isEmpty()) {
                result.computeIfAbsent(new Key(kind, type.name()), _ -> new ArrayList<>(1)).add(TypeParts.of(btf, id));
            }
        }
        if (!constants.isEmpty()) {
            result.put(new Key(Kind.ENUM, ""), List.of(TypeParts.ofConstants(constants)));
        }
        return result;
    }

    /** What a type is compared as; null for those that have no name or stand for others. */
    private static Kind kind(BtfType type) {
        return switch (type) {
            case BtfType.Struct _ -> Kind.STRUCT;
            case BtfType.Union _ -> Kind.UNION;
            case BtfType.Enumeration _ -> Kind.ENUM;
            case BtfType.Typedef _ -> Kind.TYPEDEF;
            case BtfType.Func _ -> Kind.FUNCTION;
            case BtfType.Var _ -> Kind.VARIABLE;
            case BtfType.Void _, BtfType.Int _, BtfType.Ptr _, BtfType.Array _, BtfType.Fwd _, BtfType.Volatile _,
                    BtfType.Const _, BtfType.Restrict _, BtfType.TypeTag _, BtfType.FuncProto _, BtfType.DataSec _,
                    BtfType.Float _, BtfType.DeclTag _ -> null;
        };
    }

    /** Of several types of one name those that are the same are each other's; the others are paired in their order. */
    private void compare(Key key) {
        List<TypeParts> left = new ArrayList<>(before.getOrDefault(key, List.of()));
        List<TypeParts> right = new ArrayList<>();
        for (TypeParts type : after.getOrDefault(key, List.of())) {
            if (!left.remove(type)) {
                right.add(type);
            }
        }
        int pairs = Math.min(left.size(), right.size());
        for (int i = 0; i < pairs; i++) {
            List<Part> parts = left.get(i).differencesTo(right.get(i));
            differences.add(new TypeDifference(key.kind(), key.name(), Change.CHANGED, parts));
        }
        left.subList(pairs, left.size()).forEach(_ -> add(key, Change.REMOVED));
        right.subList(pairs, right.size()).forEach(_ -> add(key, Change.ADDED));
    }

    private void add(Key key, Change change) {
        differences.add(new TypeDifference(key.kind(), key.name(), change, List.of()));
    }
}
