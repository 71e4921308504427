package bpf4j.btf.rewrite;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.BtfType;
import bpf4j.btf.TypeIds;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;

/**
 * Split BTF cut loose from its base, as modules carry it in {@code .BTF} and {@code .BTF.base}: the base shrinks to the
 * names and sizes of what is used of it, enough to find the same types in another kernel, and all else that is used is
 * copied into the split BTF, behind its own types. {@link BaseRelocation} puts it onto a whole base again. Immutable.
 *
 * @param base integers, floats, declarations, and structs, unions and enumerations without members
 * @param split the types on top of it; own ids are as far from the first as they were
 */
public record DistilledBase(Btf base, Btf split) {

    /**
     * Distills.
     *
     * @param split the types, on a base
     * @return both parts
     * @throws IllegalArgumentException if there is no base
     * @throws BtfFormatException if a type is malformed, or one of the base is used that no type can be built of: a
     *     function, a variable, a section or a tag on a declaration
     */
    public static DistilledBase of(Btf split) {
        Btf base = split.base().orElseThrow(() -> new IllegalArgumentException(split.name() + " has no base"));
        return new Run(base, split).result();
    }

    private static final class Run {

        private final Btf base;
        private final Btf split;
        private final BitSet used = new BitSet();

        Run(Btf base, Btf split) {
            this.base = base;
            this.split = split;
        }

        DistilledBase result() {
            findUsed();
            int[] newIds = new int[split.typeCount()];
            BtfBuilder small = new BtfBuilder();
            used.stream().filter(id -> staysInBase(base.type(id))).forEach(id ->
                    newIds[id] = small.add(distilled(base.type(id))));
            Btf distilled = small.build(split.order(), split.name() + ".base");
            int next = distilled.typeCount();
            for (int id = split.firstOwnId(); id < split.typeCount(); id++) {
                newIds[id] = next++;
            }
            int[] copied = used.stream().filter(id -> !staysInBase(base.type(id))).toArray();
            for (int id : copied) {
                newIds[id] = next++;
            }
            BtfBuilder large = BtfBuilder.onBase(distilled);
            for (int id = split.firstOwnId(); id < split.typeCount(); id++) {
                large.add(TypeIds.map(split.type(id), old -> newIds[old]));
            }
            for (int id : copied) {
                large.add(TypeIds.map(base.type(id), old -> newIds[old]));
            }
            return new DistilledBase(distilled, large.build(split.order(), split.name()));
        }

        private void findUsed() {
            Deque<Integer> ahead = new ArrayDeque<>();
            for (int id = split.firstOwnId(); id < split.typeCount(); id++) {
                use(split.type(id), ahead);
            }
            while (!ahead.isEmpty()) {
                BtfType type = base.type(ahead.pop());
                if (!staysInBase(type)) {
                    use(type, ahead);
                }
            }
        }

        private void use(BtfType type, Deque<Integer> ahead) {
            TypeIds.forEach(type, id -> {
                if (id != 0 && id < split.firstOwnId() && !used.get(id)) {
                    used.set(id);
                    ahead.push(id);
                    requireUsable(id);
                }
            });
        }

        private void requireUsable(int id) {
            switch (base.type(id)) {
                case BtfType.Func _, BtfType.Var _, BtfType.DataSec _, BtfType.DeclTag _, BtfType.Void _ ->
                    throw split.fail(id, "the base's %s is no type that others are built of"
                            .formatted(base.type(id).kind()));
                case BtfType.Int _, BtfType.Float _, BtfType.Fwd _, BtfType.Composite _, BtfType.Enumeration _,
                        BtfType.Ptr _, BtfType.Array _, BtfType.Modifier _, BtfType.FuncProto _ -> { }
            }
        }

        /** What can be found by its name alone, or by that and its size. */
        private static boolean staysInBase(BtfType type) {
            return switch (type) {
                case BtfType.Int _, BtfType.Float _, BtfType.Fwd _, BtfType.Composite _, BtfType.Enumeration _ ->
                    !type.name().isEmpty();
                case BtfType.Void _, BtfType.Ptr _, BtfType.Array _, BtfType.Modifier _, BtfType.Func _,
                        BtfType.FuncProto _, BtfType.Var _, BtfType.DataSec _, BtfType.DeclTag _ -> false;
            };
        }

        private static BtfType distilled(BtfType type) {
            return switch (type) {
                case BtfType.Struct t -> new BtfType.Struct(t.name(), t.sizeBytes(), false, List.of());
                case BtfType.Union t -> new BtfType.Union(t.name(), t.sizeBytes(), false, List.of());
                case BtfType.Enumeration t -> new BtfType.Enum(t.name(), t.sizeBytes(), false, List.of());
                default -> type;
            };
        }
    }
}
