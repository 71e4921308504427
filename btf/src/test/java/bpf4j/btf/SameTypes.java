package bpf4j.btf;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** Structural equality of types in two BTFs, whatever their ids: two graphs that nobody can tell apart by walking. */
public final class SameTypes {

    private record Pair(int first, int second) {
    }

    private final Btf first;
    private final Btf second;
    /** Never contains a pair that differs: a walk adds what it assumed only when nothing differed. */
    private final Set<Pair> equal = new HashSet<>();

    /** Compares types of {@code first} with types of {@code second}. */
    public SameTypes(Btf first, Btf second) {
        this.first = first;
        this.second = second;
    }

    /** {@return whether two types are equal as deep as one can walk} */
    public boolean equal(int firstId, int secondId) {
        Set<Pair> assumed = new HashSet<>();
        List<Pair> ahead = new ArrayList<>(List.of(new Pair(firstId, secondId)));
        while (!ahead.isEmpty()) {
            Pair pair = ahead.removeLast();
            if (equal.contains(pair) || !assumed.add(pair)) {
                continue;
            }
            BtfType a = first.type(pair.first);
            BtfType b = second.type(pair.second);
            if (!shallow(a).equals(shallow(b))) {
                return false;
            }
            int[] left = references(a);
            int[] right = references(b);
            for (int i = 0; i < left.length; i++) {
                ahead.add(new Pair(left[i], right[i]));
            }
        }
        equal.addAll(assumed);
        return true;
    }

    /** {@return the types of {@code first}, as C or kind and id, that have no equal in {@code second}} */
    public List<String> missing() {
        return missing(_ -> true);
    }

    /** {@return the same, of those types of {@code first} alone that are looked for} */
    public List<String> missing(Predicate<BtfType> wanted) {
        Map<BtfType, List<Integer>> candidates = new HashMap<>();
        IntStream.range(1, second.typeCount())
                .forEach(id -> candidates.computeIfAbsent(shallow(second.type(id)), _ -> new ArrayList<>()).add(id));
        List<String> missing = new ArrayList<>();
        for (int id = 1; id < first.typeCount(); id++) {
            int firstId = id;
            if (wanted.test(first.type(id)) && candidates.getOrDefault(shallow(first.type(id)), List.of()).stream()
                    .noneMatch(other -> equal(firstId, other))) {
                missing.add("[" + id + "] " + CPrinter.typeName(first, id));
            }
        }
        return missing;
    }

    /** Without ids, and without the kind flag of structs and unions, which says how and not what. */
    private static BtfType shallow(BtfType type) {
        return switch (TypeIds.map(type, id -> id == 0 ? 0 : 1)) {
            case BtfType.Struct t -> new BtfType.Struct(t.name(), t.sizeBytes(), false, t.members());
            case BtfType.Union t -> new BtfType.Union(t.name(), t.sizeBytes(), false, t.members());
            case BtfType other -> other;
        };
    }

    private static int[] references(BtfType type) {
        IntStream.Builder ids = IntStream.builder();
        TypeIds.forEach(type, ids::add);
        return ids.build().toArray();
    }
}
