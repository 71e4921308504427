package bpf4j.btf;

import java.util.StringJoiner;

/**
 * Writes one declaration. C spells a type around the name that it declares: the walk goes from the declared thing
 * inwards to its base type, and the text grows around the name with pointers on its left, arrays and parameters on its
 * right.
 */
final class CDeclarator {

    /** How many types one declaration may visit, parameters included; real ones stay below a hundred. */
    private static final int MAX_STEPS = 512;
    /** Prototypes within prototypes. */
    private static final int MAX_DEPTH = 8;
    private static final int MAX_CHARS = 4096;
    private static final int MAX_NAME_CHARS = 512;
    private static final String CUT = "...";

    private final ReadableTypes types;
    private int steps;
    private int depth;
    private int chars;

    CDeclarator(ReadableTypes types) {
        this.types = types;
    }

    /** A name that fits a line, whatever is in it. */
    static String shorten(String name) {
        String shown = name.length() <= MAX_NAME_CHARS ? name : name.substring(0, MAX_NAME_CHARS) + CUT;
        return shown.chars().noneMatch(Character::isISOControl) ? shown : shown.replaceAll("\\p{Cntrl}", "?");
    }

    static String tag(String keyword, String name) {
        return name.isEmpty() ? keyword : keyword + " " + shorten(name);
    }

    String declare(int id, String name) {
        StringBuilder text = new StringBuilder(shorten(name));
        // What qualifies the type that comes next: "const" of a const pointer, or of a base type.
        String qualifiers = "";
        String attributes = "";
        boolean pointer = false;
        for (int at = id; ; ) {
            if (++steps > MAX_STEPS || text.length() + chars > MAX_CHARS) {
                return finish(qualifiers + CUT + attributes, text);
            }
            String base = base(at);
            if (base != null) {
                return finish(qualifiers + base + attributes, text);
            }
            switch (types.typeOrNull(at)) {
                case BtfType.Ptr t -> {
                    String own = (attributes + (qualifiers.isEmpty() ? "" : " " + qualifiers.strip())).strip();
                    boolean word = !own.isEmpty() && !text.isEmpty() && text.charAt(0) != '[';
                    text.insert(0, "*" + own + (word ? " " : ""));
                    qualifiers = "";
                    attributes = "";
                    pointer = true;
                    at = t.typeId();
                }
                case BtfType.Array t -> {
                    parenthesize(text, pointer);
                    text.append('[').append(t.count() == 0 ? "" : t.count()).append(']');
                    pointer = false;
                    at = t.elementTypeId();
                }
                case BtfType.FuncProto t -> {
                    parenthesize(text, pointer);
                    chars += text.length();
                    String parameters = parameters(t);
                    chars -= text.length();
                    text.append(parameters);
                    pointer = false;
                    at = t.returnTypeId();
                }
                case BtfType.Const t -> {
                    qualifiers = add(qualifiers, "const ");
                    at = t.typeId();
                }
                case BtfType.Volatile t -> {
                    qualifiers = add(qualifiers, "volatile ");
                    at = t.typeId();
                }
                case BtfType.Restrict t -> {
                    qualifiers = add(qualifiers, "restrict ");
                    at = t.typeId();
                }
                case BtfType.TypeTag t -> {
                    attributes = add(attributes, " " + attribute(t));
                    at = t.typeId();
                }
                case BtfType.Func t -> {
                    text.append(text.isEmpty() ? shorten(t.name()) : "");
                    at = t.typeId();
                }
                case BtfType.Var t -> {
                    text.append(text.isEmpty() ? shorten(t.name()) : "");
                    at = t.typeId();
                }
                case null -> {
                    return finish(qualifiers + unreadable(at) + attributes, text);
                }
                case BtfType.Void _, BtfType.Int _, BtfType.Composite _, BtfType.Enumeration _, BtfType.Fwd _,
                        BtfType.Typedef _, BtfType.DataSec _, BtfType.Float _, BtfType.DeclTag _ ->
                    throw new IllegalStateException("a base type: " + at);
            }
        }
    }

    private String parameters(BtfType.FuncProto proto) {
        if (proto.params().isEmpty()) {
            return "(void)";
        }
        depth++;
        steps += proto.params().size() / 16;
        StringJoiner result = new StringJoiner(", ", "(", ")");
        int before = chars;
        for (BtfType.Param param : proto.params()) {
            chars = before + result.length();
            if (chars > MAX_CHARS) {
                result.add(CUT);
                break;
            }
            boolean variadic = param.typeId() == 0 && param.name().isEmpty();
            result.add(variadic ? CUT : declare(param.typeId(), param.name()));
        }
        chars = before;
        depth--;
        return result.toString();
    }

    /**
     * The text of a base type, null for what is spelled around a name. Large types are not made for their name's sake.
     */
    private String base(int id) {
        String name = types.nameOrNull(id);
        if (name == null) {
            return unreadable(id);
        }
        return switch (types.kindOrNull(id)) {
            case null -> unreadable(id);
            case BTF_KIND_UNKN -> "void";
            case BTF_KIND_STRUCT -> composite("struct", name);
            case BTF_KIND_UNION -> composite("union", name);
            case BTF_KIND_ENUM, BTF_KIND_ENUM64 -> composite("enum", name);
            case BTF_KIND_FWD ->
                tag(types.typeOrNull(id) instanceof BtfType.Fwd t && t.union() ? "union" : "struct", name);
            case BTF_KIND_INT, BTF_KIND_FLOAT, BTF_KIND_TYPEDEF -> shorten(name);
            case BTF_KIND_DATASEC -> "section " + shorten(name);
            case BTF_KIND_DECL_TAG -> "btf_decl_tag(\"" + shorten(name) + "\")";
            case BTF_KIND_FUNC_PROTO -> depth < MAX_DEPTH ? null : CUT + " (" + CUT + ")";
            case BTF_KIND_PTR, BTF_KIND_ARRAY, BTF_KIND_VOLATILE, BTF_KIND_CONST, BTF_KIND_RESTRICT, BTF_KIND_FUNC,
                    BTF_KIND_VAR, BTF_KIND_TYPE_TAG -> null;
        };
    }

    private static String unreadable(int id) {
        return "type [" + id + "]";
    }

    private static String composite(String keyword, String name) {
        return tag(keyword, name) + (name.isEmpty() ? " {" + CUT + "}" : "");
    }

    private static String attribute(BtfType.TypeTag tag) {
        String name = shorten(tag.name());
        return "__attribute__((" + (tag.attribute() ? name : "btf_type_tag(\"" + name + "\")") + "))";
    }

    /** A qualifier twice is one, and C has few; a long list of tags is cut. */
    private static String add(String list, String word) {
        return list.contains(word) || list.length() > MAX_CHARS ? list : list + word;
    }

    /** Parentheses keep a pointer from binding weaker than the array or function that follows. */
    private static void parenthesize(StringBuilder text, boolean pointer) {
        if (pointer) {
            text.insert(0, '(').append(')');
        }
    }

    private static String finish(String base, StringBuilder text) {
        String gap = text.isEmpty() || text.charAt(0) == '[' ? "" : " ";
        return base + gap + text;
    }
}
