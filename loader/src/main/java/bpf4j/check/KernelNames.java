package bpf4j.check;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What a kernel's own types tell of its BPF interface: the enumerators of {@code <linux/bpf.h>} that it was compiled
 * with, and the program types that were built in, which are members of {@code struct bpf_ctx_convert} in the kernel's
 * {@code kernel/bpf/btf.c}.
 */
final class KernelNames {

    private static final String PREFIX = "BPF_";
    private static final String PROGRAM_MEMBER = "_prog";

    private final Map<String, Long> enumerators = new HashMap<>();
    private final Set<Long> helpers = new HashSet<>();
    private final Set<String> programTypes = new HashSet<>();
    private final boolean tagsKfuncs;
    private final Set<Integer> kfuncs = new HashSet<>();
    private final Btf btf;

    KernelNames(Btf btf) {
        this.btf = btf;
        boolean tagged = false;
        for (int id = 1; id < btf.typeCount(); id++) {
            int kind = btf.kindNumber(id);
            if (kind == BtfKind.BTF_KIND_ENUM.ordinal() || kind == BtfKind.BTF_KIND_ENUM64.ordinal()) {
                add(id);
            } else if (kind == BtfKind.BTF_KIND_DECL_TAG.ordinal()
                    && btf.type(id) instanceof BtfType.DeclTag tag && tag.name().equals("bpf_kfunc")) {
                tagged = true;
                kfuncs.add(tag.typeId());
            }
        }
        this.tagsKfuncs = tagged;
        OptionalInt contexts = btf.find("bpf_ctx_convert", BtfKind.BTF_KIND_STRUCT);
        if (contexts.isPresent() && btf.type(contexts.getAsInt()) instanceof BtfType.Struct struct) {
            struct.members().stream().map(BtfType.Member::name).filter(name -> name.endsWith(PROGRAM_MEMBER))
                    .forEach(name -> programTypes.add(name.substring(0, name.length() - PROGRAM_MEMBER.length())));
        }
    }

    private void add(int id) {
        if (btf.type(id) instanceof BtfType.Enumeration enumeration) {
            boolean functions = enumeration.name().equals("bpf_func_id");
            for (BtfType.EnumValue value : enumeration.values()) {
                if (functions) {
                    helpers.add(value.value());
                }
                if (value.name().startsWith(PREFIX)) {
                    enumerators.putIfAbsent(value.name(), value.value());
                }
            }
        }
    }

    /** {@return whether the kernel's types have the enumerations of the interface at all} */
    boolean haveInterface() {
        return enumerators.containsKey("BPF_MAP_TYPE_HASH") && enumerators.containsKey("BPF_PROG_TYPE_SOCKET_FILTER");
    }

    boolean hasEnumerator(String name) {
        return enumerators.containsKey(name);
    }

    /** {@return whether helpers are known by number} */
    boolean listHelpers() {
        return helpers.size() > 1;
    }

    boolean hasHelper(int number) {
        return helpers.contains((long) number);
    }

    /** {@return whether the program types that were built in are known} */
    boolean listProgramTypes() {
        return !programTypes.isEmpty();
    }

    /** {@return whether a program type, by the header's name, was built in} */
    boolean hasProgramType(String name) {
        return programTypes.contains(name);
    }

    /** {@return whether the kernel says of its functions which are for BPF, as those of 6.10 and later do} */
    boolean tagKfuncs() {
        return tagsKfuncs;
    }

    /** {@return whether a function is tagged as one for BPF} */
    boolean isKfunc(int typeId) {
        return kfuncs.contains(typeId);
    }

    boolean hasFunction(String name) {
        return btf.find(name, BtfKind.BTF_KIND_FUNC).isPresent();
    }

    /** {@return whether a struct has a member, {@code false} where there is no such struct} */
    boolean hasMember(String struct, String member) {
        OptionalInt id = btf.find(struct, BtfKind.BTF_KIND_STRUCT);
        return id.isPresent() && btf.type(id.getAsInt()) instanceof BtfType.Struct type
                && type.members().stream().anyMatch(m -> m.name().equals(member));
    }
}
