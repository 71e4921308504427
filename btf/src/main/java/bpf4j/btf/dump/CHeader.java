package bpf4j.btf.dump;

import static bpf4j.btf.dump.ByteText.ascii;

import bpf4j.btf.BtfWords;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Puts the definitions of a header into an order that C takes: a struct behind those that it contains, a pointer behind
 * at least a declaration of what it points to, a typedef behind what it is made of.
 */
final class CHeader {

    /** Text that is longer than this many times the data is an attack; a kernel's is half as long. */
    private static final int PROPORTION = 16;
    private static final int LEAST_LIMIT = 1 << 20;
    private static final int MAX_CHAIN = 256;
    private static final int MAX_DEPTH = 512;

    private static final byte[] TYPEDEF = ascii("typedef ");
    private static final byte[] EXTERN = ascii("extern ");
    private static final byte[] SEMICOLON = ascii(";\n\n");

    private static final int NOBODY = 0;

    /** {@link #BUSY} plus {@link #DECLARED} are both. */
    private static final byte NEW = 0;
    private static final byte DECLARED = 1;
    private static final byte BUSY = 2;
    private static final byte BUSY_DECLARED = BUSY + DECLARED;
    private static final byte DONE = 4;

    private final BtfWords types;
    private final ByteText out;
    private final DeclarationTags tags;
    private final CNames names;
    private final CDeclarations declarations;
    private final byte[] states;
    private int depth;

    CHeader(BtfWords types) {
        this.types = types;
        long data = types.dataBytes();
        int limit = (int) Math.min(Integer.MAX_VALUE - 8, data * PROPORTION + LEAST_LIMIT);
        this.out = new ByteText(types.btf().name(), (int) Math.min(limit, data + (1 << 16)), limit);
        this.tags = new DeclarationTags(types);
        this.names = new CNames(types, tags.functions(), limit);
        this.declarations = new CDeclarations(types, names, tags, new CLayout(types), out);
        this.states = new byte[types.typeCount()];
    }

    CNames names() {
        return names;
    }

    /** Writes the whole header. */
    ByteText write() {
        int first = types.btf().firstOwnId();
        out.add(CFrame.START);
        int push = out.length();
        out.add(CFrame.PUSH);
        for (int id = first; id < states.length; id++) {
            root(id);
        }
        for (int id = first; id < states.length; id++) {
            if (declarations.isUnwrittenEnumeration(id)) {
                constants(id);
            }
        }
        functions(first);
        if (declarations.hasRecords()) {
            out.add(CFrame.POP);
        } else {
            out.remove(push, CFrame.PUSH.length);
        }
        out.add(CFrame.END);
        return out;
    }

    private void root(int id) {
        switch (types.kind(id)) {
            case BTF_KIND_STRUCT, BTF_KIND_UNION -> {
                if (types.nameOffset(id) != 0) {
                    define(id);
                }
            }
            case BTF_KIND_ENUM, BTF_KIND_ENUM64, BTF_KIND_FWD, BTF_KIND_TYPEDEF -> need(id, false, NOBODY);
            case BTF_KIND_UNKN, BTF_KIND_INT, BTF_KIND_PTR, BTF_KIND_ARRAY, BTF_KIND_VOLATILE, BTF_KIND_CONST,
                    BTF_KIND_RESTRICT, BTF_KIND_FUNC, BTF_KIND_FUNC_PROTO, BTF_KIND_VAR, BTF_KIND_DATASEC,
                    BTF_KIND_FLOAT, BTF_KIND_DECL_TAG, BTF_KIND_TYPE_TAG -> { }
        }
    }

    /**
     * Writes what has to come before a use of a type.
     *
     * @param typeId the type
     * @param all whether its members and size have to be known, too, and not only its name
     * @param user the struct whose definition follows and which need not be declared for its own sake, or 0
     */
    private void need(int typeId, boolean all, int user) {
        int id = typeId;
        boolean complete = all;
        for (int i = 0; i < MAX_CHAIN; i++) {
            switch (types.kind(id)) {
                case BTF_KIND_UNKN -> {
                    return;
                }
                case BTF_KIND_INT, BTF_KIND_FLOAT -> {
                    number(id);
                    return;
                }
                case BTF_KIND_PTR -> {
                    complete = false;
                    id = types.typeId(id);
                }
                case BTF_KIND_VOLATILE, BTF_KIND_CONST, BTF_KIND_RESTRICT, BTF_KIND_TYPE_TAG -> id = types.typeId(id);
                case BTF_KIND_ARRAY -> {
                    complete = true;
                    id = types.word(types.body(id));
                }
                case BTF_KIND_FUNC_PROTO -> {
                    parameters(id);
                    return;
                }
                case BTF_KIND_TYPEDEF -> {
                    typedef(id);
                    if (!complete) {
                        return;
                    }
                    id = types.typeId(id);
                }
                case BTF_KIND_STRUCT, BTF_KIND_UNION -> {
                    if (types.nameOffset(id) == 0) {
                        inPlace(id);
                    } else if (complete) {
                        define(id);
                    } else {
                        declare(id, user);
                    }
                    return;
                }
                case BTF_KIND_FWD -> {
                    int target = names.resolved(id);
                    if (complete && target != id) {
                        define(target);
                    } else {
                        declare(target, user);
                    }
                    return;
                }
                case BTF_KIND_ENUM, BTF_KIND_ENUM64 -> {
                    enumeration(id, complete);
                    return;
                }
                case BTF_KIND_FUNC, BTF_KIND_VAR, BTF_KIND_DATASEC, BTF_KIND_DECL_TAG ->
                    throw types.btf().fail(id, "nothing can be declared with this type");
            }
        }
        throw types.btf().fail(typeId, "pointers, typedefs and qualifiers nest deeper than " + MAX_CHAIN);
    }

    private void number(int id) {
        String alias = names.aliasOrNull(id);
        if (alias != null && states[id] == NEW) {
            states[id] = DONE;
            out.add(TYPEDEF);
            out.add(CNumbers.definition(types, id));
            out.add(' ');
            out.add(alias);
            out.add(SEMICOLON);
        }
    }

    /** What a prototype needs is written once, whoever has it, so nobody's own name is left out. */
    private void parameters(int id) {
        if (states[id] != NEW) {
            return;
        }
        states[id] = DONE;
        enter(id);
        need(types.typeId(id), false, NOBODY);
        int at = types.body(id);
        for (int i = 0; i < types.vlen(id); i++) {
            need(types.word(at + i * 2 + 1), false, NOBODY);
        }
        depth--;
    }

    /** What the members of a struct without a name need; it is written where it is used. */
    private void inPlace(int id) {
        if (states[id] != NEW) {
            return;
        }
        states[id] = DONE;
        members(id, NOBODY);
    }

    private void members(int id, int user) {
        enter(id);
        int at = types.body(id) + 1;
        for (int i = 0; i < types.vlen(id); i++) {
            need(types.word(at + i * 3), true, user);
        }
        depth--;
    }

    private void enter(int id) {
        if (++depth > MAX_DEPTH) {
            throw types.btf().fail(id, "types need each other through more than " + MAX_DEPTH + " others");
        }
    }

    private void typedef(int id) {
        if (states[id] == DONE) {
            return;
        }
        if (states[id] == BUSY) {
            throw types.btf().fail(id, "the typedef is made of itself");
        }
        states[id] = BUSY;
        enter(id);
        need(types.typeId(id), false, NOBODY);
        depth--;
        boolean isKeyword = names.is(id, "bool");
        if (isKeyword) {
            out.add(CFrame.BEFORE_C23);
        }
        out.add(TYPEDEF);
        declarations.typedef(id);
        tags.write(id, -1, out);
        out.add(SEMICOLON);
        if (isKeyword) {
            out.add(CFrame.ENDIF);
        }
        states[id] = DONE;
    }

    private void define(int id) {
        if (states[id] == DONE) {
            return;
        }
        if (states[id] >= BUSY) {
            throw types.btf().fail(id, "contains itself");
        }
        states[id] += BUSY;
        members(id, id);
        declarations.body(id, 0);
        out.add(SEMICOLON);
        states[id] = DONE;
    }

    private void declare(int id, int user) {
        byte state = states[id];
        if (id == user || state == DONE || state == DECLARED || state == BUSY_DECLARED) {
            return;
        }
        states[id]++;
        declarations.tag(id);
        out.add(SEMICOLON);
    }

    private void enumeration(int id, boolean complete) {
        byte state = states[id];
        if (types.nameOffset(id) == 0 || state == DONE) {
            return;
        }
        if (CEnumerations.isForward(types, id) && !complete) {
            declare(id, NOBODY);
            return;
        }
        declarations.body(id, 0);
        out.add(SEMICOLON);
        states[id] = DONE;
    }

    private void constants(int id) {
        boolean areKeywords = types.vlen(id) == 2 && names.isOneOf(types.word(types.body(id)), "false", "true");
        if (areKeywords) {
            out.add(CFrame.BEFORE_C23);
        }
        declarations.body(id, 0);
        out.add(SEMICOLON);
        if (areKeywords) {
            out.add(CFrame.ENDIF);
        }
    }

    private void functions(int first) {
        List<KernelFunction> own = new ArrayList<>();
        Set<String> known = new HashSet<>();
        for (KernelFunction function : tags.functions()) {
            if (known.add(types.string(types.nameOffset(function.id()))) && function.id() >= first) {
                own.add(function);
                need(types.typeId(function.id()), false, NOBODY);
            }
        }
        if (own.isEmpty()) {
            return;
        }
        out.add(CFrame.FUNCTIONS);
        for (KernelFunction function : own) {
            out.add(EXTERN);
            declarations.function(function.id());
            out.add(function.fastcall() ? CFrame.FAST_KSYM : CFrame.KSYM);
        }
        out.add(CFrame.ENDIF);
    }
}
