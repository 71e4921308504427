package bpf4j.btf.dump;

import static bpf4j.btf.dump.ByteText.ascii;

import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfWords;
import java.util.Arrays;

/**
 * Writes declarations. C spells a type around the name that it declares: pointers on its left, arrays and parameters on
 * its right, so the chain of types from the name inwards is kept and gone through twice.
 */
final class CDeclarations {

    private static final int MAX_CHAIN = 256;
    /** Prototypes within prototypes, and structs without names within such; what compilers take is more. */
    private static final int MAX_DEPTH = 64;
    private static final byte[] STRUCT = ascii("struct ");
    private static final byte[] UNION = ascii("union ");
    private static final byte[] VOID = ascii("void");
    private static final byte[] CONST = ascii("const ");
    private static final byte[] VOLATILE = ascii("volatile ");
    private static final byte[] RESTRICT = ascii("restrict ");
    private static final byte[] NEXT = ascii(", ");
    private static final byte[] REST = ascii("...");

    private final BtfWords types;
    private final CNames names;
    private final ByteText out;
    private final CEnumerations enumerations;
    private final CComposites composites;
    /** Chains from the name inwards, one behind the other while parameters and members are written. */
    private int[] chain = new int[1024];
    private int end;
    private int depth;
    private int prototypes;

    CDeclarations(BtfWords types, CNames names, DeclarationTags tags, CLayout layout, ByteText out) {
        this.types = types;
        this.names = names;
        this.out = out;
        this.enumerations = new CEnumerations(types, names, out);
        this.composites = new CComposites(types, names, tags, layout, this, out);
    }

    /** Writes the definition of a struct, union or enumeration, without a semicolon. */
    void body(int id, int indent) {
        switch (types.kind(id)) {
            case BTF_KIND_ENUM, BTF_KIND_ENUM64 -> enumerations.body(id, indent);
            case BTF_KIND_STRUCT, BTF_KIND_UNION -> composites.body(id, indent);
            case BTF_KIND_UNKN, BTF_KIND_INT, BTF_KIND_PTR, BTF_KIND_ARRAY, BTF_KIND_FWD, BTF_KIND_TYPEDEF,
                    BTF_KIND_VOLATILE, BTF_KIND_CONST, BTF_KIND_RESTRICT, BTF_KIND_FUNC, BTF_KIND_FUNC_PROTO,
                    BTF_KIND_VAR, BTF_KIND_DATASEC, BTF_KIND_FLOAT, BTF_KIND_DECL_TAG, BTF_KIND_TYPE_TAG ->
                throw types.btf().fail(id, "not a struct, union or enumeration");
        }
    }

    /** {@return whether a struct or union was defined} */
    boolean hasRecords() {
        return composites.isWritten();
    }

    /** {@return whether a type is an enumeration without a name, and nothing that has it was written} */
    boolean isUnwrittenEnumeration(int id) {
        return enumerations.isUnwritten(id);
    }

    /** Writes {@code struct name}, {@code union name} or {@code enum name}. */
    void tag(int id) {
        switch (types.kind(id)) {
            case BTF_KIND_STRUCT -> out.add(STRUCT);
            case BTF_KIND_UNION -> out.add(UNION);
            case BTF_KIND_FWD -> {
                int target = names.resolved(id);
                out.add(types.kind(target) == BtfKind.BTF_KIND_UNION
                        || target == id && types.flag(id) ? UNION : STRUCT);
                names.write(target, out);
                return;
            }
            case BTF_KIND_ENUM, BTF_KIND_ENUM64 -> {
                enumerations.tag(id);
                return;
            }
            case BTF_KIND_UNKN, BTF_KIND_INT, BTF_KIND_PTR, BTF_KIND_ARRAY, BTF_KIND_TYPEDEF, BTF_KIND_VOLATILE,
                    BTF_KIND_CONST, BTF_KIND_RESTRICT, BTF_KIND_FUNC, BTF_KIND_FUNC_PROTO, BTF_KIND_VAR,
                    BTF_KIND_DATASEC, BTF_KIND_FLOAT, BTF_KIND_DECL_TAG, BTF_KIND_TYPE_TAG ->
                throw types.btf().fail(id, "has no tag");
        }
        names.write(id, out);
    }

    /** What is declared. */
    private enum Declared { NOTHING, LOCAL, FUNCTION, TYPEDEF }

    /** Writes a member or a parameter, or a bare type where {@code name} is 0. */
    void local(int typeId, int name, int indent) {
        declare(typeId, name == 0 ? Declared.NOTHING : Declared.LOCAL, name, indent);
    }

    /** Writes what a typedef declares. */
    void typedef(int typedefId) {
        declare(types.typeId(typedefId), Declared.TYPEDEF, typedefId, 0);
    }

    /** Writes a function's declaration, with its own name. */
    void function(int functionId) {
        declare(types.typeId(functionId), Declared.FUNCTION, types.nameOffset(functionId), 0);
    }

    private void declare(int typeId, Declared declared, int what, int indent) {
        if (++depth > MAX_DEPTH) {
            throw types.btf().fail(typeId, "prototypes and structs without names nest deeper than " + MAX_DEPTH);
        }
        int start = end;
        int base = typeId;
        while (isSpelledAround(types.kind(base))) {
            push(base, start);
            base = inner(base);
        }
        int limit = end;
        int at = qualifiersBefore(start, limit);
        base(base, start, limit, indent);
        tagsBehind(at, limit);
        boolean named = declared != Declared.NOTHING;
        if (named || pointerFollows(start, limit)) {
            out.add(' ');
        }
        left(start, at, named);
        switch (declared) {
            case NOTHING -> { }
            case LOCAL -> names.local(what, out);
            case FUNCTION -> out.name(types.strings(), what);
            case TYPEDEF -> names.write(what, out);
        }
        right(start, limit, indent);
        end = start;
        depth--;
    }

    private void push(int id, int start) {
        if (end - start == MAX_CHAIN) {
            throw types.btf().fail(id, "pointers, arrays and qualifiers nest deeper than " + MAX_CHAIN);
        }
        if (end == chain.length) {
            chain = Arrays.copyOf(chain, end * 2);
        }
        chain[end++] = id;
    }

    private int inner(int id) {
        return types.kind(id) == BtfKind.BTF_KIND_ARRAY ? types.word(types.body(id)) : types.typeId(id);
    }

    private static boolean isSpelledAround(BtfKind kind) {
        return switch (kind) {
            case BTF_KIND_PTR, BTF_KIND_ARRAY, BTF_KIND_VOLATILE, BTF_KIND_CONST, BTF_KIND_RESTRICT,
                    BTF_KIND_TYPE_TAG, BTF_KIND_FUNC_PROTO -> true;
            case BTF_KIND_UNKN, BTF_KIND_INT, BTF_KIND_STRUCT, BTF_KIND_UNION, BTF_KIND_ENUM, BTF_KIND_FWD,
                    BTF_KIND_TYPEDEF, BTF_KIND_FUNC, BTF_KIND_VAR, BTF_KIND_DATASEC, BTF_KIND_FLOAT,
                    BTF_KIND_DECL_TAG, BTF_KIND_ENUM64 -> false;
        };
    }

    /**
     * Writes what qualifies the type at {@code limit} of the chain: all up to the next pointer or function outside of
     * it, through arrays, whose qualifiers are their elements'. {@return where in the chain that pointer's or
     * function's place is, plus 1}
     */
    private int qualifiersBefore(int start, int limit) {
        int at = limit;
        boolean isConst = false;
        boolean isVolatile = false;
        boolean isRestrict = false;
        for (; at > start; at--) {
            BtfKind kind = types.kind(chain[at - 1]);
            if (kind == BtfKind.BTF_KIND_PTR || kind == BtfKind.BTF_KIND_FUNC_PROTO) {
                break;
            }
            isConst |= kind == BtfKind.BTF_KIND_CONST;
            isVolatile |= kind == BtfKind.BTF_KIND_VOLATILE;
            isRestrict |= kind == BtfKind.BTF_KIND_RESTRICT;
        }
        if (isConst) {
            out.add(CONST);
        }
        if (isVolatile) {
            out.add(VOLATILE);
        }
        if (isRestrict) {
            out.add(RESTRICT);
        }
        return at;
    }

    /** Writes the type tags of the chain from {@code from} to {@code limit}, the innermost first. */
    private void tagsBehind(int from, int limit) {
        for (int i = limit - 1; i >= from; i--) {
            if (types.kind(chain[i]) == BtfKind.BTF_KIND_TYPE_TAG) {
                DeclarationTags.write(types, chain[i], "btf_type_tag", out);
            }
        }
    }

    private boolean pointerFollows(int start, int limit) {
        for (int i = start; i < limit; i++) {
            if (types.kind(chain[i]) == BtfKind.BTF_KIND_PTR) {
                return true;
            }
        }
        return false;
    }

    /** Writes what stands left of the name: pointers with what qualifies them, parentheses where they bind weaker. */
    private void left(int start, int limit, boolean named) {
        for (int i = limit - 1; i >= start; i--) {
            switch (types.kind(chain[i])) {
                case BTF_KIND_PTR -> {
                    // Arrays inside of the pointer have their parenthesis before it.
                    if (i + 1 < end && bindsStronger(i + 1)) {
                        out.add('(');
                    }
                    out.add('*');
                    qualifiersOfPointer(i, start, named);
                }
                case BTF_KIND_UNKN, BTF_KIND_INT, BTF_KIND_ARRAY, BTF_KIND_STRUCT, BTF_KIND_UNION, BTF_KIND_ENUM,
                        BTF_KIND_FWD, BTF_KIND_TYPEDEF, BTF_KIND_VOLATILE, BTF_KIND_CONST, BTF_KIND_RESTRICT,
                        BTF_KIND_FUNC, BTF_KIND_FUNC_PROTO, BTF_KIND_VAR, BTF_KIND_DATASEC, BTF_KIND_FLOAT,
                        BTF_KIND_DECL_TAG, BTF_KIND_TYPE_TAG, BTF_KIND_ENUM64 -> { }
            }
        }
    }

    /** Whether an array or function comes next from a place of the chain on, qualifiers apart. */
    private boolean bindsStronger(int from) {
        for (int i = from; i < end; i++) {
            switch (types.kind(chain[i])) {
                case BTF_KIND_ARRAY, BTF_KIND_FUNC_PROTO -> {
                    return true;
                }
                case BTF_KIND_VOLATILE, BTF_KIND_CONST, BTF_KIND_RESTRICT, BTF_KIND_TYPE_TAG -> { }
                case BTF_KIND_UNKN, BTF_KIND_INT, BTF_KIND_PTR, BTF_KIND_STRUCT, BTF_KIND_UNION, BTF_KIND_ENUM,
                        BTF_KIND_FWD, BTF_KIND_TYPEDEF, BTF_KIND_FUNC, BTF_KIND_VAR, BTF_KIND_DATASEC, BTF_KIND_FLOAT,
                        BTF_KIND_DECL_TAG, BTF_KIND_ENUM64 -> {
                    return false;
                }
            }
        }
        return false;
    }

    /** Writes what qualifies the pointer at a place of the chain, through the arrays around it. */
    private void qualifiersOfPointer(int pointer, int start, boolean named) {
        int before = out.length();
        int from = qualifiersBefore(start, pointer);
        boolean words = out.length() > before;
        if (words) {
            out.dropLast();
        }
        int withoutTags = out.length();
        tagsBehind(from, pointer);
        words |= out.length() > withoutTags;
        if (words && (named || from > start)) {
            out.add(' ');
        }
    }

    /** Writes what stands right of the name: arrays and parameters, from the name inwards. */
    private void right(int start, int limit, int indent) {
        boolean pointer = false;
        for (int i = start; i < limit; i++) {
            int id = chain[i];
            switch (types.kind(id)) {
                case BTF_KIND_PTR -> pointer = true;
                case BTF_KIND_ARRAY -> {
                    if (pointer) {
                        out.add(')');
                        pointer = false;
                    }
                    out.add('[');
                    out.number(Integer.toUnsignedLong(types.word(types.body(id) + 2)));
                    out.add(']');
                }
                case BTF_KIND_FUNC_PROTO -> {
                    if (pointer) {
                        out.add(')');
                        pointer = false;
                    }
                    parameters(id, indent);
                }
                case BTF_KIND_VOLATILE, BTF_KIND_CONST, BTF_KIND_RESTRICT, BTF_KIND_TYPE_TAG -> { }
                case BTF_KIND_UNKN, BTF_KIND_INT, BTF_KIND_STRUCT, BTF_KIND_UNION, BTF_KIND_ENUM, BTF_KIND_FWD,
                        BTF_KIND_TYPEDEF, BTF_KIND_FUNC, BTF_KIND_VAR, BTF_KIND_DATASEC, BTF_KIND_FLOAT,
                        BTF_KIND_DECL_TAG, BTF_KIND_ENUM64 -> throw types.btf().fail(id, "not spelled around a name");
            }
        }
    }

    private void parameters(int prototype, int indent) {
        prototypes++;
        out.add('(');
        int count = types.vlen(prototype);
        int at = types.body(prototype);
        if (count == 0) {
            out.add(VOID);
        }
        for (int i = 0; i < count; i++) {
            int name = types.word(at + i * 2);
            int typeId = types.word(at + i * 2 + 1);
            if (i > 0) {
                out.add(NEXT);
            }
            if (typeId != 0 || name != 0) {
                local(typeId, name, indent);
            } else if (count > 1) {
                out.add(REST);
            }
        }
        out.add(')');
        prototypes--;
    }

    private void base(int id, int start, int limit, int indent) {
        switch (types.kind(id)) {
            case BTF_KIND_UNKN -> out.add(VOID);
            case BTF_KIND_INT, BTF_KIND_FLOAT -> number(id);
            case BTF_KIND_TYPEDEF -> names.write(id, out);
            case BTF_KIND_FWD -> tag(id);
            case BTF_KIND_STRUCT, BTF_KIND_UNION -> {
                if (types.nameOffset(id) != 0) {
                    tag(id);
                } else if (prototypes > 0 && pointerFollows(start, limit)) {
                    // Nobody outside of the parentheses could name such a type.
                    out.add(VOID);
                } else {
                    composites.body(id, indent);
                }
            }
            case BTF_KIND_ENUM, BTF_KIND_ENUM64 -> {
                if (types.nameOffset(id) != 0) {
                    tag(id);
                } else {
                    enumerations.body(id, indent);
                }
            }
            case BTF_KIND_PTR, BTF_KIND_ARRAY, BTF_KIND_VOLATILE, BTF_KIND_CONST, BTF_KIND_RESTRICT, BTF_KIND_FUNC,
                    BTF_KIND_FUNC_PROTO, BTF_KIND_VAR, BTF_KIND_DATASEC, BTF_KIND_DECL_TAG, BTF_KIND_TYPE_TAG ->
                throw types.btf().fail(id, "nothing can be declared with this type");
        }
    }

    private void number(int id) {
        String alias = names.aliasOrNull(id);
        if (alias != null) {
            out.add(alias);
            return;
        }
        // C's own words, with the spaces between them.
        byte[] strings = types.strings();
        int at = types.nameOffset(id);
        while (strings[at] != 0) {
            out.add((char) strings[at++]);
        }
    }
}
