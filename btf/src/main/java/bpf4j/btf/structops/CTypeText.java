package bpf4j.btf.structops;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfType;
import java.util.stream.Collectors;

/** Types in one line of C, for messages: structs by their tag, without their members. */
final class CTypeText {

    /** A message needs no more of a type than this; malformed types may point at themselves. */
    private static final int MAX_DEPTH = 16;
    /** The kernel calls a struct_ops member with 12 arguments at most. */
    private static final int MAX_PARAMETERS = 12;
    /** Prototypes branch, so they go deep at a price; otherwise text could grow without bounds. */
    private static final int PROTOTYPE_DEPTH = 6;

    private CTypeText() {
    }

    /** A member's declaration without the semicolon. */
    static String member(Btf btf, BtfType.Member member) {
        String text = declare(btf, member.typeId(), member.name(), 0);
        return member.isBitfield() ? text + " : " + member.bitfieldBits() : text;
    }

    /** A type without a name declared by it. */
    static String of(Btf btf, int typeId) {
        return declare(btf, typeId, "", 0);
    }

    /** Wraps a declarator, which grows from the name outwards, in the type that it has. */
    private static String declare(Btf btf, int typeId, String declarator, int depth) {
        if (depth >= MAX_DEPTH) {
            return join("...", declarator);
        }
        int next = depth + 1;
        return switch (btf.type(typeId)) {
            case BtfType.Void _ -> join("void", declarator);
            case BtfType.Ptr t -> pointer(btf, t, declarator, next);
            case BtfType.Array t -> declare(btf, t.elementTypeId(),
                    declarator + "[" + (t.count() == 0 ? "" : t.count()) + "]", next);
            case BtfType.Struct t -> join(tagged("struct", t.name()), declarator);
            case BtfType.Union t -> join(tagged("union", t.name()), declarator);
            case BtfType.Enumeration t -> join(tagged("enum", t.name()), declarator);
            case BtfType.Fwd t -> join(tagged(t.union() ? "union" : "struct", t.name()), declarator);
            case BtfType.Const t -> qualified(btf, "const", t.typeId(), declarator, next);
            case BtfType.Volatile t -> qualified(btf, "volatile", t.typeId(), declarator, next);
            case BtfType.Restrict t -> qualified(btf, "restrict", t.typeId(), declarator, next);
            case BtfType.TypeTag t -> declare(btf, t.typeId(), declarator, next);
            case BtfType.FuncProto t -> declare(btf, t.returnTypeId(), declarator + parameters(btf, t, depth + PROTOTYPE_DEPTH), next);
            case BtfType.Int t -> join(t.name(), declarator);
            case BtfType.Float t -> join(t.name(), declarator);
            case BtfType.Typedef t -> join(t.name(), declarator);
            case BtfType.Func t -> declare(btf, t.typeId(), t.name(), next);
            case BtfType.Var t -> declare(btf, t.typeId(), t.name(), next);
            case BtfType.DataSec t -> join("section " + t.name(), declarator);
            case BtfType.DeclTag t -> declare(btf, t.typeId(), declarator, next);
        };
    }

    private static String pointer(Btf btf, BtfType.Ptr pointer, String declarator, int depth) {
        BtfType target = btf.type(pointer.typeId());
        boolean binds = target instanceof BtfType.FuncProto || target instanceof BtfType.Array;
        return declare(btf, pointer.typeId(), binds ? "(*" + declarator + ")" : "*" + declarator, depth);
    }

    /** The qualifier of a pointer stands behind its star, that of anything else in front. */
    private static String qualified(Btf btf, String qualifier, int typeId, String declarator, int depth) {
        return btf.stripped(typeId) instanceof BtfType.Ptr && !(btf.type(typeId) instanceof BtfType.Typedef)
                ? declare(btf, typeId, join(qualifier, declarator), depth)
                : qualifier + " " + declare(btf, typeId, declarator, depth);
    }

    private static String parameters(Btf btf, BtfType.FuncProto prototype, int depth) {
        return prototype.params().stream().limit(MAX_PARAMETERS)
                .map(p -> p.typeId() == 0 && p.name().isEmpty() ? "..." : declare(btf, p.typeId(), p.name(), depth))
                .collect(Collectors.joining(", ", "(", ")"))
                .replaceFirst("^\\(\\)$", "(void)");
    }

    private static String tagged(String keyword, String tag) {
        return tag.isEmpty() ? keyword + " {...}" : keyword + " " + tag;
    }

    private static String join(String type, String declarator) {
        return declarator.isEmpty() ? type : type + " " + declarator;
    }
}
