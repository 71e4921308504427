package bpf4j.btf.dump;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfType;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * A type in words that are the same before and after a compiler had it: names of structs and typedefs, sizes, places
 * and widths of members, enumerators, pointers, arrays, qualifiers, parameters' types. What C cannot tell is left out:
 * the names of parameters, how C spells an integer, and whether an array or its elements are qualified.
 */
final class TypeText {

    private final Btf btf;
    private final IntFunction<String> names;

    TypeText(Btf btf, IntFunction<String> names) {
        this.btf = btf;
        this.names = names;
    }

    /** {@return what a definition says} */
    String definition(int id) {
        return switch (btf.type(id)) {
            case BtfType.Composite t -> t.sizeBytes() + " bytes" + t.members().stream().map(this::member)
                    .collect(Collectors.joining("\n  ", "\n  ", ""));
            case BtfType.Enumeration t -> t.sizeBytes() + " bytes" + t.values().stream()
                    .map(v -> v.value() + "").collect(Collectors.joining("\n  ", "\n  ", ""));
            case BtfType.Typedef t -> reference(t.typeId());
            case BtfType other -> throw new IllegalArgumentException("no definition: " + other);
        };
    }

    private String member(BtfType.Member m) {
        // Compilers drop what qualifies a struct without a name.
        int typeId = m.name().isEmpty() ? btf.strip(m.typeId()) : m.typeId();
        return m.name().replaceAll("_$", "") + " at " + m.offsetBits() + (m.isBitfield() ? ":" + m.bitfieldBits() : "")
                + " " + reference(typeId);
    }

    private String reference(int id) {
        return qualified(id, "");
    }

    private String qualified(int id, String qualifiers) {
        BtfType type = btf.type(id);
        return switch (type) {
            case BtfType.Const t -> qualified(t.typeId(), add(qualifiers, "const "));
            case BtfType.Volatile t -> qualified(t.typeId(), add(qualifiers, "volatile "));
            case BtfType.Restrict t -> qualified(t.typeId(), add(qualifiers, "restrict "));
            case BtfType.TypeTag t -> qualified(t.typeId(), qualifiers);
            case BtfType.Array t -> "[" + t.count() + "]" + qualified(t.elementTypeId(), qualifiers);
            case BtfType.Void _ -> qualifiers + "void";
            case BtfType.Int t -> qualifiers + ((t.encoding() & BtfType.Int.BOOL) != 0 ? "bool"
                    : t.sizeBytes() == 1 && t.name().equals("char") ? "char"
                    : (t.signed() ? "s" : "u") + t.sizeBytes() * 8);
            case BtfType.Float t -> qualifiers + "f" + t.sizeBytes() * 8;
            case BtfType.Ptr t -> qualifiers + "*" + reference(t.typeId());
            // Qualifiers of functions mean nothing.
            case BtfType.FuncProto t -> t.params().stream().map(p -> p.typeId() == 0 ? "..." : reference(p.typeId()))
                    .collect(Collectors.joining(",", "fn(", ")")) + reference(t.returnTypeId());
            case BtfType.Typedef _ -> qualifiers + "typedef " + names.apply(id);
            case BtfType.Fwd t -> qualifiers + (t.union() ? "union " : "struct ") + names.apply(id);
            case BtfType.Composite t -> qualifiers + (t.kind() == BtfKind.BTF_KIND_UNION ? "union " : "struct ")
                    + (t.name().isEmpty() ? "{" + definition(id) + "}" : names.apply(id));
            case BtfType.Enumeration t -> qualifiers + "enum "
                    + (t.name().isEmpty() ? "{" + definition(id) + "}" : names.apply(id));
            case BtfType.Func _, BtfType.Var _, BtfType.DataSec _, BtfType.DeclTag _ ->
                throw new IllegalArgumentException("nothing can be declared with " + type);
        };
    }

    private static String add(String qualifiers, String word) {
        if (qualifiers.contains(word)) {
            return qualifiers;
        }
        // In one order, whichever it was.
        return word.startsWith("c") ? word + qualifiers : qualifiers + word;
    }
}
