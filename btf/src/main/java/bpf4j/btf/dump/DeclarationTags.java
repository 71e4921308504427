package bpf4j.btf.dump;

import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfWords;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the decl tags of a BTF say: which functions are the kernel's offer to programs, and what else is tagged. */
final class DeclarationTags {

    private static final String KFUNC = "bpf_kfunc";
    private static final String FASTCALL = "bpf_fastcall";

    private final BtfWords types;
    /** The ids of decl tags, by what they tag and which component of it. */
    private final Map<Long, List<Integer>> tags = new HashMap<>();
    private final List<KernelFunction> functions;

    DeclarationTags(BtfWords types) {
        this.types = types;
        List<Integer> kfuncs = new ArrayList<>();
        Set<Integer> fast = new HashSet<>();
        for (int id = 1; id < types.typeCount(); id++) {
            if (types.kind(id) != BtfKind.BTF_KIND_DECL_TAG) {
                continue;
            }
            int target = types.typeId(id);
            if (types.kind(target) != BtfKind.BTF_KIND_FUNC) {
                tags.computeIfAbsent(key(target, types.word(types.body(id))), _ -> new ArrayList<>()).add(id);
                continue;
            }
            switch (types.string(types.nameOffset(id))) {
                case KFUNC -> kfuncs.add(target);
                case FASTCALL -> fast.add(target);
                default -> { }
            }
        }
        this.functions = kfuncs.stream().distinct().filter(this::isFunction)
                .map(id -> new KernelFunction(id, fast.contains(id))).toList();
    }

    private boolean isFunction(int id) {
        return types.nameOffset(id) != 0 && types.kind(types.typeId(id)) == BtfKind.BTF_KIND_FUNC_PROTO;
    }

    /** {@return the functions that programs may call, in the order of their tags, the bases' included} */
    List<KernelFunction> functions() {
        return functions;
    }

    boolean isEmpty() {
        return tags.isEmpty();
    }

    /** Writes the tags of a type, or of its component with an index from 0, each with a space before it. */
    void write(int id, int component, ByteText out) {
        if (tags.isEmpty()) {
            return;
        }
        for (int tag : tags.getOrDefault(key(id, component), List.of())) {
            write(types, tag, "btf_decl_tag", out);
        }
    }

    /** Writes a tag as an attribute, with a space before it. */
    static void write(BtfWords types, int tagId, String attribute, ByteText out) {
        String text = types.string(types.nameOffset(tagId));
        if (types.flag(tagId)) {
            out.add(" __attribute__((" + text.replaceAll("[^ -~]", "_") + "))");
        } else {
            out.add(" __" + attribute + "(" + literal(text) + ")");
        }
    }

    private static String literal(String text) {
        StringBuilder result = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                result.append('\\').append(c);
            } else if (c < ' ' || c == 0x7f) {
                result.append("\\%03o".formatted((int) c));
            } else {
                result.append(c);
            }
        }
        return result.append('"').toString();
    }

    private static long key(int id, int component) {
        return (long) id << 32 | Integer.toUnsignedLong(component);
    }
}
