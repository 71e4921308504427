package bpf4j.btf.dump;

import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfWords;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The names of all types in C. Tags and other names are name spaces of their own; among types of one name the one with
 * the lowest id keeps it and the others become {@code name___2}, {@code name___3}. A kernel function keeps its name
 * whatever else has it, for that is what a program calls.
 */
final class CNames {

    private final BtfWords types;
    private final long limitBytes;
    private final Namespace tags;
    private final Namespace ordinary;
    /** By id, 0 for a type that has its name to itself. */
    private final int[] suffixes;
    /** What forward declarations stand for, by their id. */
    private final Map<Integer, Integer> forwards = new HashMap<>();
    /** The names of integers and floating point numbers that C has no words for. */
    private final Map<Integer, String> aliases = new HashMap<>();

    CNames(BtfWords types, List<KernelFunction> functions, long limitBytes) {
        this.types = types;
        this.limitBytes = limitBytes;
        this.tags = new Namespace(types.strings(), limitBytes);
        this.ordinary = new Namespace(types.strings(), limitBytes);
        this.suffixes = new int[types.typeCount()];
        for (KernelFunction function : functions) {
            ordinary.use(types.nameOffset(function.id()));
        }
        List<Integer> again = new ArrayList<>();
        List<Integer> numbers = new ArrayList<>();
        List<Integer> declared = new ArrayList<>();
        for (int id = 1; id < suffixes.length; id++) {
            int name = types.nameOffset(id);
            if (name == 0) {
                continue;
            }
            switch (types.kind(id)) {
                case BTF_KIND_STRUCT, BTF_KIND_UNION, BTF_KIND_ENUM, BTF_KIND_ENUM64 -> {
                    if (tags.use(name) > 1) {
                        again.add(id);
                    }
                }
                case BTF_KIND_TYPEDEF -> {
                    if (ordinary.use(name) > 1) {
                        again.add(id);
                    }
                }
                case BTF_KIND_FWD -> declared.add(id);
                case BTF_KIND_INT, BTF_KIND_FLOAT -> numbers.add(id);
                case BTF_KIND_UNKN, BTF_KIND_PTR, BTF_KIND_ARRAY, BTF_KIND_VOLATILE, BTF_KIND_CONST, BTF_KIND_RESTRICT,
                        BTF_KIND_FUNC, BTF_KIND_FUNC_PROTO, BTF_KIND_VAR, BTF_KIND_DATASEC, BTF_KIND_DECL_TAG,
                        BTF_KIND_TYPE_TAG -> { }
            }
        }
        resolve(declared, again);
        // Only now that all names are known: one with a suffix may be some type's own.
        for (int id : again) {
            suffixes[id] = (types.kind(id) == BtfKind.BTF_KIND_TYPEDEF ? ordinary : tags).suffix(types.nameOffset(id));
        }
        for (int id : numbers) {
            CNumbers.alias(types, id).ifPresent(name -> aliases.put(id, ordinary.make(name)));
        }
    }

    /** A forward declaration is of the first struct, or union, of its name; of a type of its own if there is none. */
    private void resolve(List<Integer> declared, List<Integer> again) {
        if (declared.isEmpty()) {
            return;
        }
        Namespace names = new Namespace(types.strings(), limitBytes);
        declared.forEach(id -> names.use(types.nameOffset(id)));
        int[] structs = new int[names.capacity()];
        int[] unions = new int[names.capacity()];
        for (int id = 1; id < suffixes.length; id++) {
            BtfKind kind = types.kind(id);
            if (kind == BtfKind.BTF_KIND_STRUCT || kind == BtfKind.BTF_KIND_UNION) {
                int[] first = kind == BtfKind.BTF_KIND_STRUCT ? structs : unions;
                int number = names.find(types.nameOffset(id));
                if (number >= 0 && first[number] == 0) {
                    first[number] = id;
                }
            }
        }
        for (int id : declared) {
            int[] first = types.flag(id) ? unions : structs;
            int number = names.find(types.nameOffset(id));
            if (first[number] == 0) {
                first[number] = id;
                if (tags.use(types.nameOffset(id)) > 1) {
                    again.add(id);
                }
            }
            forwards.put(id, first[number]);
        }
    }

    /** {@return what a forward declaration stands for: a struct, a union, or a forward declaration} */
    int resolved(int forwardId) {
        return forwards.getOrDefault(forwardId, forwardId);
    }

    /** {@return the name of a number type that C has no words for, null of all others} */
    String aliasOrNull(int id) {
        return aliases.isEmpty() ? null : aliases.get(id);
    }

    /** {@return the name of a struct, union, enumeration, forward declaration or typedef} */
    String of(int id) {
        int target = resolved(id);
        int name = types.nameOffset(target);
        int suffix = suffixes[target];
        return Identifiers.of(types.strings(), name) + (suffix == 0 ? "" : "___" + suffix);
    }

    /** Writes the name of a struct, union, enumeration, forward declaration or typedef. */
    void write(int id, ByteText out) {
        out.name(types.strings(), types.nameOffset(id));
        if (suffixes[id] != 0) {
            suffix(suffixes[id], out);
        }
    }

    /** {@return whether a type is written under a name} */
    boolean is(int id, String name) {
        return suffixes[id] == 0 && isOneOf(types.nameOffset(id), name);
    }

    /** {@return whether a name in the strings is one of some} */
    boolean isOneOf(int name, String... texts) {
        for (String text : texts) {
            int i = 0;
            while (i < text.length() && types.strings()[name + i] == text.charAt(i)) {
                i++;
            }
            if (i == text.length() && types.strings()[name + i] == 0) {
                return true;
            }
        }
        return false;
    }

    /** Writes the name of an enumerator, which no other name of the text is to be. */
    void enumerator(int name, ByteText out) {
        boolean taken = ordinary.use(name) > 1;
        out.name(types.strings(), name);
        if (taken) {
            suffix(ordinary.suffix(name), out);
        }
    }

    /** {@return a name that no type has and no other name of the text will be} */
    String made(String name) {
        return ordinary.make(name);
    }

    /** Writes the name of a member or parameter: they are among themselves, but C's words are out. */
    void local(int name, ByteText out) {
        int length = out.name(types.strings(), name);
        if (Identifiers.isReserved(out.array(), out.length() - length, length)) {
            out.add('_');
        }
    }

    private static void suffix(int number, ByteText out) {
        out.repeat('_', 3);
        out.number(number);
    }
}
