package bpf4j.btf.core;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfType;
import bpf4j.btf.TypeIds;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Which types of a BTF, and which members of its structs and unions, are to be kept. */
final class TypeMarks {

    /** How far from a type the marks go; members are marked one by one, but where it says otherwise. */
    enum Depth {
        /** What a field's offset and size depend on: through typedefs, qualifiers and arrays. */
        FIELD,
        /** Also through pointers and prototypes, up to names of structs and unions. */
        SHAPE,
        /** Like SHAPE, and all members, but for what is behind a pointer. */
        MATCH,
        /** All that can be reached. */
        ALL
    }

    private record Step(int typeId, Depth depth) {
    }

    private final Btf btf;
    private final BitSet[] reached = new BitSet[Depth.values().length];
    private final BitSet types = new BitSet();
    private final Map<Integer, BitSet> members = new HashMap<>();
    private final Deque<Step> ahead = new ArrayDeque<>();

    TypeMarks(Btf btf) {
        this.btf = btf;
        for (Depth depth : Depth.values()) {
            reached[depth.ordinal()] = new BitSet();
        }
    }

    /** Marks a type and what it is built of. {@return whether that was news} */
    boolean mark(int typeId, Depth depth) {
        boolean news = push(typeId, depth);
        while (!ahead.isEmpty()) {
            Step step = ahead.pop();
            types.set(step.typeId);
            spread(step.typeId, step.depth);
        }
        return news;
    }

    /** Marks a member and, as a field, its type. */
    void markMember(int compositeId, int index) {
        mark(compositeId, Depth.FIELD);
        membersOf(compositeId).set(index);
        mark(((BtfType.Composite) btf.type(compositeId)).members().get(index).typeId(), Depth.FIELD);
    }

    private boolean push(int typeId, Depth depth) {
        BitSet known = reached[depth.ordinal()];
        if (typeId == 0 || known.get(typeId)) {
            return false;
        }
        known.set(typeId);
        ahead.push(new Step(typeId, depth));
        return true;
    }

    private void spread(int typeId, Depth depth) {
        BtfType type = btf.type(typeId);
        if (type instanceof BtfType.Composite composite) {
            if (depth == Depth.MATCH || depth == Depth.ALL) {
                membersOf(typeId).set(0, composite.members().size());
                composite.members().forEach(m -> push(m.typeId(), depth));
            }
        } else if (type instanceof BtfType.Ptr(int pointee)) {
            if (depth != Depth.FIELD) {
                push(pointee, depth == Depth.MATCH ? Depth.SHAPE : depth);
            }
        } else if (depth != Depth.FIELD || !(type instanceof BtfType.FuncProto)) {
            TypeIds.forEach(type, id -> push(id, depth));
        }
    }

    private BitSet membersOf(int compositeId) {
        return members.computeIfAbsent(compositeId, _ -> new BitSet());
    }

    /** Writes what is marked in the order of ids; what is not becomes {@code void} where it is pointed to. */
    BtfBuilder write() {
        int[] newIds = new int[btf.typeCount()];
        int next = 1;
        for (int id = types.nextSetBit(0); id >= 0; id = types.nextSetBit(id + 1)) {
            newIds[id] = next++;
        }
        BtfBuilder result = new BtfBuilder();
        types.stream().forEach(id -> result.add(TypeIds.map(pruned(id), old -> newIds[old])));
        return result;
    }

    private BtfType pruned(int id) {
        return switch (btf.type(id)) {
            case BtfType.Struct t -> new BtfType.Struct(t.name(), t.sizeBytes(), t.bitfieldEncoding(), kept(id, t));
            case BtfType.Union t -> new BtfType.Union(t.name(), t.sizeBytes(), t.bitfieldEncoding(), kept(id, t));
            case BtfType other -> other;
        };
    }

    private List<BtfType.Member> kept(int id, BtfType.Composite type) {
        IntStream kept = members.getOrDefault(id, new BitSet()).stream();
        return kept.mapToObj(type.members()::get).toList();
    }
}
