package bpf4j.btf.rewrite;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.BtfType;
import bpf4j.btf.CPrinter;
import bpf4j.btf.EssentialName;
import bpf4j.btf.TypeIds;
import java.util.BitSet;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Puts split BTF on a {@linkplain DistilledBase distilled base} onto a whole one, such as that of the running kernel.
 * Types are found by kind and name; integers, floats and enumerations must have the same size, and so must a struct or
 * union that a type of the split BTF contains, or whose name is there more than once.
 */
public final class BaseRelocation {

    private final Btf split;
    private final Btf distilled;
    private final Btf target;
    private final BitSet contained = new BitSet();

    private BaseRelocation(Btf split, Btf target) {
        this.split = split;
        this.distilled = split.base().orElseThrow(() ->
                new IllegalArgumentException(split.name() + " has no base"));
        this.target = target;
    }

    /**
     * Moves split BTF onto another base.
     *
     * @param split the types, on a distilled base
     * @param target the base that takes its place
     * @return the same types on {@code target}; own ids are as far from the first as they were
     * @throws BaseMismatchException if a type of the distilled base has no counterpart, or several
     * @throws IllegalArgumentException if {@code split} has no base
     * @throws BtfFormatException if a type is malformed, the base is not distilled or the byte orders differ
     */
    public static Btf of(Btf split, Btf target) {
        return new BaseRelocation(split, target).result();
    }

    private Btf result() {
        if (target.order() != split.order()) {
            throw new BtfFormatException("%s: 0x0: byte order differs from that of '%s'"
                    .formatted(split.name(), target.name()));
        }
        for (int id = split.firstOwnId(); id < split.typeCount(); id++) {
            if (split.type(id) instanceof BtfType.Composite type) {
                type.members().forEach(m -> contain(m.typeId()));
            }
        }
        int[] newIds = new int[split.typeCount()];
        for (int id = 1; id < distilled.typeCount(); id++) {
            newIds[id] = counterpart(id, distilled.type(id));
        }
        for (int id = split.firstOwnId(); id < newIds.length; id++) {
            newIds[id] = id - split.firstOwnId() + target.typeCount();
        }
        BtfBuilder builder = BtfBuilder.onBase(target);
        for (int id = split.firstOwnId(); id < newIds.length; id++) {
            builder.add(TypeIds.map(split.type(id), old -> newIds[old]));
        }
        return builder.build(split.order(), split.name());
    }

    /** What is contained has to keep its size, or the members behind it would be elsewhere. */
    private void contain(int memberTypeId) {
        int id = split.strip(memberTypeId);
        // Sizes are refused where arrays contain themselves.
        while (split.type(id) instanceof BtfType.Array array && split.sizeBytes(id) >= 0) {
            id = split.strip(array.elementTypeId());
        }
        if (id < split.firstOwnId()) {
            contained.set(id);
        }
    }

    private int counterpart(int id, BtfType type) {
        if (type.name().isEmpty()) {
            throw distilled.fail(id, "a type without a name in a distilled base");
        }
        int[] found = switch (type) {
            case BtfType.Int t -> named(type, other -> other instanceof BtfType.Int o && o.equals(t));
            case BtfType.Float t -> named(type, t::equals);
            case BtfType.Enumeration t ->
                named(type, other -> other instanceof BtfType.Enumeration o && o.sizeBytes() == t.sizeBytes());
            case BtfType.Fwd t -> declared(t);
            case BtfType.Composite t -> composite(id, t);
            case BtfType.Void _, BtfType.Ptr _, BtfType.Array _, BtfType.Modifier _, BtfType.Func _,
                    BtfType.FuncProto _, BtfType.Var _, BtfType.DataSec _, BtfType.DeclTag _ ->
                throw distilled.fail(id, type.kind() + " in a distilled base");
        };
        if (found.length != 1) {
            throw new BaseMismatchException("%s: %s: '%s' has %s".formatted(split.name(),
                    CPrinter.typeName(distilled, id), target.name(), found.length == 0 ? "none" + size(id, type)
                            : found.length + " that it could be: " + IntStream.of(found).boxed().toList()));
        }
        return found[0];
    }

    private String size(int id, BtfType type) {
        boolean any = type instanceof BtfType.Fwd || type instanceof BtfType.Composite && !contained.get(id);
        return any ? "" : " of %d bytes".formatted(distilled.sizeBytes(id));
    }

    private int[] declared(BtfType.Fwd type) {
        int[] definitions = named(type, other -> type.union() ? other instanceof BtfType.Union
                : other instanceof BtfType.Struct);
        return definitions.length > 0 ? definitions : named(type, type::equals);
    }

    private int[] composite(int id, BtfType.Composite type) {
        int[] found = named(type, other -> other.kind() == type.kind());
        if (found.length > 1 || contained.get(id)) {
            found = IntStream.of(found).filter(other -> target.sizeBytes(other) == type.sizeBytes()).toArray();
        }
        return found;
    }

    private int[] named(BtfType type, Predicate<BtfType> fits) {
        return bases().stream().flatMapToInt(btf -> btf.ownByEssentialName(EssentialName.of(type.name())))
                .filter(id -> target.nameOf(id).equals(type.name()) && fits.test(target.type(id))).toArray();
    }

    private List<Btf> bases() {
        return target.base().isPresent() ? List.of(target.base().get(), target) : List.of(target);
    }
}
