package bpf4j.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Names of the flags of map creation. Source: {@code BPF_F_*} of {@code <linux/bpf.h>}. */
public final class MapFlags {

    /** By bit. */
    private static final List<String> NAMES = List.of("BPF_F_NO_PREALLOC", "BPF_F_NO_COMMON_LRU", "BPF_F_NUMA_NODE",
            "BPF_F_RDONLY", "BPF_F_WRONLY", "BPF_F_STACK_BUILD_ID", "BPF_F_ZERO_SEED", "BPF_F_RDONLY_PROG",
            "BPF_F_WRONLY_PROG", "BPF_F_CLONE", "BPF_F_MMAPABLE", "BPF_F_PRESERVE_ELEMS", "BPF_F_INNER_MAP",
            "BPF_F_LINK", "BPF_F_PATH_FD", "BPF_F_VTYPE_BTF_OBJ_FD", "BPF_F_TOKEN_FD", "BPF_F_SEGV_ON_FAULT",
            "BPF_F_NO_USER_CONV", "BPF_F_RB_OVERWRITE");

    private MapFlags() {
    }

    /**
     * Names the bit of a flag.
     *
     * @param bit 0 to 31
     * @return the header's name, empty for a bit that this version does not know
     */
    public static Optional<String> name(int bit) {
        return bit < NAMES.size() ? Optional.of(NAMES.get(bit)) : Optional.empty();
    }

    /** {@return names with bars between them, unknown bits in hexadecimal} */
    static String text(int flags) {
        List<String> words = new ArrayList<>();
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            if ((flags & 1 << bit) != 0) {
                words.add(name(bit).orElse("0x%x".formatted(1 << bit)));
            }
        }
        return String.join("|", words);
    }
}
