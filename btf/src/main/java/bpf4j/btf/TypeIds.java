package bpf4j.btf;

import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;

/** The ids that a type refers to: the one place that knows where each kind has them. */
public final class TypeIds {

    private TypeIds() {
    }

    /**
     * Makes a type that refers to other ids.
     *
     * @param type the type
     * @param newId from an id that the type refers to, 0 included, to the one that takes its place; asked for each in
     *     the order of the format
     * @return the type with all references replaced
     */
    public static BtfType map(BtfType type, IntUnaryOperator newId) {
        return switch (type) {
            case BtfType.Void _, BtfType.Int _, BtfType.Enumeration _, BtfType.Fwd _, BtfType.Float _ -> type;
            case BtfType.Ptr t -> new BtfType.Ptr(newId.applyAsInt(t.typeId()));
            case BtfType.Array t -> new BtfType.Array(newId.applyAsInt(t.elementTypeId()),
                    newId.applyAsInt(t.indexTypeId()), t.count());
            case BtfType.Struct t ->
                new BtfType.Struct(t.name(), t.sizeBytes(), t.bitfieldEncoding(), members(t, newId));
            case BtfType.Union t -> new BtfType.Union(t.name(), t.sizeBytes(), t.bitfieldEncoding(), members(t, newId));
            case BtfType.Typedef t -> new BtfType.Typedef(t.name(), newId.applyAsInt(t.typeId()));
            case BtfType.Volatile t -> new BtfType.Volatile(newId.applyAsInt(t.typeId()));
            case BtfType.Const t -> new BtfType.Const(newId.applyAsInt(t.typeId()));
            case BtfType.Restrict t -> new BtfType.Restrict(newId.applyAsInt(t.typeId()));
            case BtfType.TypeTag t -> new BtfType.TypeTag(t.name(), newId.applyAsInt(t.typeId()), t.attribute());
            case BtfType.Func t -> new BtfType.Func(t.name(), newId.applyAsInt(t.typeId()), t.linkage());
            case BtfType.FuncProto t -> new BtfType.FuncProto(newId.applyAsInt(t.returnTypeId()), t.params().stream()
                    .map(p -> new BtfType.Param(p.name(), newId.applyAsInt(p.typeId()))).toList());
            case BtfType.Var t -> new BtfType.Var(t.name(), newId.applyAsInt(t.typeId()), t.linkage());
            case BtfType.DataSec t -> new BtfType.DataSec(t.name(), t.sizeBytes(), t.variables().stream()
                    .map(v -> new BtfType.SectionVar(newId.applyAsInt(v.typeId()), v.offsetBytes(), v.sizeBytes()))
                    .toList());
            case BtfType.DeclTag t ->
                new BtfType.DeclTag(t.name(), newId.applyAsInt(t.typeId()), t.componentIndex(), t.attribute());
        };
    }

    /**
     * Names each id that a type refers to, 0 included, in the order of the format and as often as it is there.
     *
     * @param type the type
     * @param visitor gets the ids
     */
    public static void forEach(BtfType type, IntConsumer visitor) {
        switch (type) {
            case BtfType.Void _, BtfType.Int _, BtfType.Enumeration _, BtfType.Fwd _, BtfType.Float _ -> { }
            case BtfType.Ptr t -> visitor.accept(t.typeId());
            case BtfType.Array t -> {
                visitor.accept(t.elementTypeId());
                visitor.accept(t.indexTypeId());
            }
            case BtfType.Composite t -> t.members().forEach(m -> visitor.accept(m.typeId()));
            case BtfType.Modifier t -> visitor.accept(t.typeId());
            case BtfType.Func t -> visitor.accept(t.typeId());
            case BtfType.FuncProto t -> {
                visitor.accept(t.returnTypeId());
                t.params().forEach(p -> visitor.accept(p.typeId()));
            }
            case BtfType.Var t -> visitor.accept(t.typeId());
            case BtfType.DataSec t -> t.variables().forEach(v -> visitor.accept(v.typeId()));
            case BtfType.DeclTag t -> visitor.accept(t.typeId());
        }
    }

    private static List<BtfType.Member> members(BtfType.Composite type, IntUnaryOperator newId) {
        return type.members().stream().map(m ->
                new BtfType.Member(m.name(), newId.applyAsInt(m.typeId()), m.offsetBits(), m.bitfieldBits())).toList();
    }
}
