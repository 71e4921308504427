package bpf4j.object;

import java.util.Optional;
import java.util.Set;

/**
 * What a section name says of the programs in it: one row of {@link SectionDefinitions}.
 *
 * @param name the name, without a leading {@code ?} and without a target
 * @param takesTarget whether the name may be followed by a slash and a target, as in {@code kprobe/do_exit}
 * @param programType the program type
 * @param attachType the attach type, empty where the program type has none or load does not take it
 * @param flags what else follows from the name
 */
public record SectionDefinition(String name, boolean takesTarget, ProgramType programType,
        Optional<AttachType> attachType, Set<Flag> flags) {

    /** Properties that a section name carries besides the types. */
    public enum Flag {
        /** Loaded with {@code BPF_F_SLEEPABLE}. */
        SLEEPABLE,
        /** Loaded with {@code BPF_F_XDP_HAS_FRAGS}. */
        XDP_FRAGS,
        /** The target is a BTF id of the kernel or of another program, resolved before load. */
        ATTACH_BTF,
        /** The expected attach type may be left out for kernels that do not take it. */
        ATTACH_TYPE_OPTIONAL,
        /** USDT: loaded for multi-uprobes where the kernel has them. */
        USDT,
        /** The section name alone is enough to attach. */
        AUTO_ATTACH
    }

    /** Copies the flags. */
    public SectionDefinition {
        flags = Set.copyOf(flags);
    }

    /**
     * Tests a flag.
     *
     * @param flag the property
     * @return whether the name carries it
     */
    public boolean has(Flag flag) {
        return flags.contains(flag);
    }
}
