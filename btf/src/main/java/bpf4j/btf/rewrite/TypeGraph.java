package bpf4j.btf.rewrite;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.BtfType;
import bpf4j.btf.TypeIds;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** All types of a BTF, its bases included, as numbers that comparisons can do with. */
final class TypeGraph {

    /** What a type can be merged with. */
    enum Role {
        /** Declares that there is a struct, union or enumeration of a name. */
        FORWARD,
        /** A struct or union: equal to others if all that it leads to is. */
        COMPOSITE,
        /** Built of other types: equal to others if those are the same. */
        REFERENCE,
        /** Refers to nothing. */
        LEAF,
        /** A variable or a section: two are never the same, whatever their types. */
        UNIQUE
    }

    /** How many steps {@link #signature} looks ahead: to the members of an anonymous struct behind a pointer. */
    private static final int SIGNATURE_ROUNDS = 4;

    private final Btf btf;
    private final BtfType[] types;
    private final int[][] references;
    private final int[] shapes;
    private final Role[] roles;
    private final long[] signatures;

    /**
     * Reads all types.
     *
     * @throws BtfFormatException if one is malformed or of an unknown kind
     */
    TypeGraph(Btf btf) {
        int count = btf.typeCount();
        this.btf = btf;
        this.types = new BtfType[count];
        this.references = new int[count][];
        this.shapes = new int[count];
        this.roles = new Role[count];
        Map<BtfType, Integer> known = new HashMap<>();
        for (int id = 0; id < count; id++) {
            types[id] = btf.type(id);
            references[id] = references(types[id]);
            shapes[id] = known.computeIfAbsent(shape(types[id]), _ -> known.size());
            roles[id] = role(types[id]);
        }
        this.signatures = signatures();
    }

    /**
     * Numbers that are equal for equal types, and seldom for others: made of the shapes around a type. What has a name
     * and may be declared elsewhere counts by its name alone.
     */
    private long[] signatures() {
        long[] outer = new long[types.length];
        for (int id = 0; id < outer.length; id++) {
            outer[id] = byName(id) ? types[id].name().hashCode() : shapes[id];
        }
        long[] whole = outer;
        for (int round = 0; round < SIGNATURE_ROUNDS; round++) {
            whole = new long[types.length];
            for (int id = 0; id < whole.length; id++) {
                long sum = shapes[id];
                for (int inner : references[id]) {
                    sum = (sum + outer[inner]) * 0x9e3779b97f4a7c15L;
                    sum ^= sum >>> 32;
                }
                whole[id] = sum;
            }
            long[] next = whole.clone();
            for (int id = 0; id < next.length; id++) {
                if (byName(id)) {
                    next[id] = outer[id];
                }
            }
            outer = next;
        }
        return whole;
    }

    private boolean byName(int id) {
        boolean declarable = roles[id] == Role.COMPOSITE || roles[id] == Role.FORWARD
                || types[id] instanceof BtfType.Enumeration;
        return declarable && !types[id].name().isEmpty();
    }

    int size() {
        return types.length;
    }

    int firstOwnId() {
        return btf.firstOwnId();
    }

    boolean isOwn(int id) {
        return id >= btf.firstOwnId();
    }

    BtfType type(int id) {
        return types[id];
    }

    Role role(int id) {
        return roles[id];
    }

    /** {@return the ids that a type refers to, in the order of the format; not a copy} */
    int[] references(int id) {
        return references[id];
    }

    /** {@return a number that types have in common which differ at most in ids and in names of parameters} */
    int shape(int id) {
        return shapes[id];
    }

    /** {@return a number that differs only for types that are certainly different} */
    long signature(int id) {
        return signatures[id];
    }

    /** {@return whether {@code forward} declares what {@code definition} defines} */
    boolean declares(int forward, int definition) {
        if (roles[forward] != Role.FORWARD || !types[forward].name().equals(types[definition].name())) {
            return false;
        }
        return switch (types[forward]) {
            case BtfType.Fwd(_, boolean union) -> union ? types[definition] instanceof BtfType.Union
                    : types[definition] instanceof BtfType.Struct;
            case BtfType.Enumeration _ ->
                types[definition] instanceof BtfType.Enumeration && roles[definition] != Role.FORWARD;
            default -> throw new IllegalStateException(types[forward].kind() + " declares nothing");
        };
    }

    private static int[] references(BtfType type) {
        IntStream.Builder ids = IntStream.builder();
        TypeIds.forEach(type, ids::add);
        return ids.build().toArray();
    }

    /** Prototypes in members of one struct have parameters of different names in different compilation units. */
    private static BtfType shape(BtfType type) {
        if (type instanceof BtfType.FuncProto proto) {
            List<BtfType.Param> params = proto.params().stream().map(_ -> new BtfType.Param("", 0)).toList();
            return new BtfType.FuncProto(0, params);
        }
        return TypeIds.map(type, _ -> 0);
    }

    private static Role role(BtfType type) {
        return switch (type) {
            case BtfType.Fwd _ -> Role.FORWARD;
            case BtfType.Enumeration e -> e.values().isEmpty() && !e.name().isEmpty() ? Role.FORWARD : Role.LEAF;
            case BtfType.Composite _ -> Role.COMPOSITE;
            case BtfType.Void _, BtfType.Int _, BtfType.Float _ -> Role.LEAF;
            case BtfType.Var _, BtfType.DataSec _ -> Role.UNIQUE;
            case BtfType.Ptr _, BtfType.Array _, BtfType.Modifier _, BtfType.Func _, BtfType.FuncProto _,
                    BtfType.DeclTag _ -> Role.REFERENCE;
        };
    }
}
