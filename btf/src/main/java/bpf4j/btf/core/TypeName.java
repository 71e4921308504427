package bpf4j.btf.core;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfType;

/** Names types in messages the way C does, briefly: function prototypes are not spelled out. */
final class TypeName {

    /** Deeper pointers and arrays help no reader, and cyclic types must end. */
    private static final int MAX_DEPTH = 16;

    private TypeName() {
    }

    static String of(Btf btf, int id) {
        return of(btf, id, MAX_DEPTH);
    }

    private static String of(Btf btf, int id, int depth) {
        if (depth == 0) {
            return "...";
        }
        return switch (btf.type(id)) {
            case BtfType.Void _ -> "void";
            case BtfType.Struct t -> "struct " + tag(t);
            case BtfType.Union t -> "union " + tag(t);
            case BtfType.Enumeration t -> "enum " + tag(t);
            case BtfType.Fwd t -> (t.union() ? "union " : "struct ") + tag(t);
            case BtfType.Int t -> t.name();
            case BtfType.Float t -> t.name();
            case BtfType.Typedef t -> t.name();
            case BtfType.Func t -> t.name() + "()";
            case BtfType.Var t -> t.name();
            case BtfType.DataSec t -> t.name();
            case BtfType.DeclTag t -> t.name();
            case BtfType.FuncProto t -> of(btf, t.returnTypeId(), depth - 1) + " (...)";
            case BtfType.Ptr t -> pointer(of(btf, t.typeId(), depth - 1));
            case BtfType.Array t -> of(btf, t.elementTypeId(), depth - 1) + "[" + t.count() + "]";
            case BtfType.Const t -> qualified(btf, "const", t.typeId(), depth);
            case BtfType.Volatile t -> qualified(btf, "volatile", t.typeId(), depth);
            case BtfType.Restrict t -> qualified(btf, "restrict", t.typeId(), depth);
            case BtfType.TypeTag t -> of(btf, t.typeId(), depth - 1);
        };
    }

    private static String pointer(String pointee) {
        return pointee.endsWith("*") ? pointee + "*" : pointee + " *";
    }

    /** A qualifier stands before what it qualifies, but after the star of a pointer. */
    private static String qualified(Btf btf, String qualifier, int id, int depth) {
        String type = of(btf, id, depth - 1);
        return type.endsWith("*") ? type + " " + qualifier : qualifier + " " + type;
    }

    private static String tag(BtfType type) {
        return type.name().isEmpty() ? "(anonymous)" : type.name();
    }
}
