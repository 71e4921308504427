package bpf4j.btf;

/**
 * Prints types as C, for people: in messages, listings and goldens. It is C in all that C can say; what it cannot say
 * stands in comments. Cyclic, malformed and enormous types come out cut short, with {@code ...} where something is
 * missing, and no method here throws for any id or any data. Stateless.
 */
public final class CPrinter {

    /** Anonymous structs in anonymous structs, before {@code {...}} stands for the rest. */
    private static final int MAX_DEPTH = 16;
    /** Length at which a definition stops; the kernel's largest has a tenth of it. */
    private static final int MAX_DEFINITION_CHARS = 256 * 1024;
    private static final String INDENT = "    ";

    private final ReadableTypes types;
    private final StringBuilder out = new StringBuilder();

    private CPrinter(Btf btf) {
        this.types = new ReadableTypes(btf);
    }

    /**
     * Names a type, as a cast would: {@code struct sock *}, {@code int (*)(struct sock *, u32)}, {@code const
     * char[16]}. Anonymous structs, unions and enums are {@code struct {...}}; functions and variables are declared by
     * their own name.
     *
     * @param btf the types
     * @param id any number; one that is no id, or of a malformed type, comes out as {@code type [id]}
     * @return the name, on one line and of limited length
     */
    public static String typeName(Btf btf, int id) {
        return declare(btf, id, "");
    }

    /**
     * Declares a name with a type: {@code u32 (*ops[4])(void)}.
     *
     * @param btf the types
     * @param id any number, as for {@link #typeName}
     * @param name what is declared; empty for the bare type
     * @return the declaration without a semicolon, on one line and of limited length
     */
    public static String declare(Btf btf, int id, String name) {
        return new CDeclarator(new ReadableTypes(btf)).declare(id, name);
    }

    /**
     * Defines a type: struct, union and enum with their members, anonymous ones in place, and offsets in bytes from the
     * start of the outermost struct in comments; typedefs, functions and variables as declarations; sections with their
     * variables.
     *
     * @param btf the types
     * @param id any number, as for {@link #typeName}
     * @return the definition with its semicolon, without a newline at the end; cut at 256 K characters
     */
    public static String define(Btf btf, int id) {
        CPrinter printer = new CPrinter(btf);
        printer.define(id);
        return printer.out.toString();
    }

    private void define(int id) {
        switch (types.typeOrNull(id)) {
            case null -> statement(id, "");
            case BtfType.Composite t -> {
                composite(t, 0, 0);
                out.append(";");
            }
            case BtfType.Enumeration t -> {
                enumeration(t, 0);
                out.append(";");
            }
            case BtfType.Typedef t -> {
                out.append("typedef ");
                if (isAnonymousBody(t.typeId())) {
                    body(t.typeId(), 0, 0);
                    out.append(' ').append(CDeclarator.shorten(t.name())).append(';');
                } else {
                    statement(t.typeId(), t.name());
                }
            }
            case BtfType.Var t -> linked(id, t.linkage());
            case BtfType.Func t -> linked(id, t.linkage());
            case BtfType.DataSec t -> section(t);
            case BtfType.Int t -> scalar(id, "size " + t.sizeBytes() + (t.signed() ? ", signed" : ", unsigned"));
            case BtfType.Float t -> scalar(id, "size " + t.sizeBytes());
            case BtfType.DeclTag t -> out.append("/* %s on %s%s */".formatted(text(id, ""), text(t.typeId(), ""),
                    t.componentIndex() < 0 ? "" : ", component " + t.componentIndex()));
            case BtfType.Void _, BtfType.Ptr _, BtfType.Array _, BtfType.Fwd _, BtfType.Modifier _,
                    BtfType.FuncProto _ -> statement(id, "");
        }
    }

    private void statement(int id, String name) {
        out.append(text(id, name)).append(';');
    }

    private String text(int id, String name) {
        return new CDeclarator(types).declare(id, name);
    }

    private void linked(int id, int linkage) {
        // The numbers are the same for functions.
        out.append(linkage == BtfType.Var.STATIC ? "static " : linkage == BtfType.Var.EXTERN ? "extern " : "");
        statement(id, "");
    }

    private void scalar(int id, String comment) {
        statement(id, "");
        out.append(" /* ").append(comment).append(" */");
    }

    /** Whether a type has no name to refer to it by, so that it is spelled in place; found without making the type. */
    private boolean isAnonymousBody(int id) {
        return switch (types.kindOrNull(id)) {
            case BTF_KIND_STRUCT, BTF_KIND_UNION, BTF_KIND_ENUM, BTF_KIND_ENUM64 -> "".equals(types.nameOrNull(id));
            case null, default -> false;
        };
    }

    private void body(int id, int depth, long startBits) {
        BtfType type = depth < MAX_DEPTH ? types.typeOrNull(id) : null;
        if (type instanceof BtfType.Composite composite) {
            composite(composite, depth, startBits);
        } else if (type instanceof BtfType.Enumeration enumeration) {
            enumeration(enumeration, depth);
        } else {
            out.append(text(id, ""));
        }
    }

    private void composite(BtfType.Composite type, int depth, long startBits) {
        out.append(CDeclarator.tag(type instanceof BtfType.Union ? "union" : "struct", type.name()))
                .append(" { /* size %d */\n".formatted(type.sizeBytes()));
        for (BtfType.Member member : type.members()) {
            if (full(depth)) {
                break;
            }
            member(member, depth + 1, startBits + member.offsetBits());
        }
        out.append(INDENT.repeat(depth)).append('}');
    }

    private void member(BtfType.Member member, int depth, long offsetBits) {
        out.append(INDENT.repeat(depth));
        if (isAnonymousBody(member.typeId())) {
            body(member.typeId(), depth, offsetBits);
            out.append(member.name().isEmpty() ? "" : " " + CDeclarator.shorten(member.name()));
        } else {
            out.append(text(member.typeId(), member.name()));
        }
        if (member.isBitfield()) {
            out.append(" : ").append(member.bitfieldBits());
        }
        out.append("; /* offset ").append(offsetBits / 8);
        if (member.isBitfield() || offsetBits % 8 != 0) {
            out.append(", bit ").append(offsetBits % 8);
        }
        out.append(" */\n");
    }

    private void enumeration(BtfType.Enumeration type, int depth) {
        out.append(CDeclarator.tag("enum", type.name())).append(" { /* size %d, %s */\n"
                .formatted(type.sizeBytes(), type.signed() ? "signed" : "unsigned"));
        for (BtfType.EnumValue value : type.values()) {
            if (full(depth)) {
                break;
            }
            out.append(INDENT.repeat(depth + 1)).append(CDeclarator.shorten(value.name())).append(" = ")
                    .append(type.signed() ? Long.toString(value.value()) : Long.toUnsignedString(value.value()))
                    .append(",\n");
        }
        out.append(INDENT.repeat(depth)).append('}');
    }

    private void section(BtfType.DataSec type) {
        out.append("/* section ").append(CDeclarator.shorten(type.name()))
                .append(", size %d */".formatted(type.sizeBytes()));
        for (BtfType.SectionVar variable : type.variables()) {
            out.append('\n');
            if (full(0)) {
                return;
            }
            define(variable);
        }
    }

    private void define(BtfType.SectionVar variable) {
        switch (types.kindOrNull(variable.typeId())) {
            case BTF_KIND_VAR, BTF_KIND_FUNC -> define(variable.typeId());
            case null, default -> statement(variable.typeId(), "");
        }
        out.append(" /* offset %d, size %d */".formatted(variable.offsetBytes(), variable.sizeBytes()));
    }

    private boolean full(int depth) {
        if (out.length() < MAX_DEFINITION_CHARS) {
            return false;
        }
        out.append(INDENT.repeat(depth + 1)).append("...\n");
        return true;
    }
}
