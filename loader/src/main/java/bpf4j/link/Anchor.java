package bpf4j.link;

import bpf4j.kernel.LoadedProgram;
import java.util.Objects;

/**
 * A program that is attached already, beside which another goes: see {@link Position}. Source: {@code BPF_F_ID} and
 * {@code BPF_F_LINK} of {@code <linux/bpf.h>}.
 */
public sealed interface Anchor {

    /**
     * A program.
     *
     * @param program the program, open until the other one is attached
     */
    record Program(LoadedProgram program) implements Anchor {
        /** Checks. */
        public Program {
            Objects.requireNonNull(program);
        }
    }

    /**
     * The program of a link.
     *
     * @param link the link, open until the other one is attached
     */
    record OfLink(KernelLink link) implements Anchor {
        /** Checks. */
        public OfLink {
            Objects.requireNonNull(link);
        }
    }

    /**
     * A program, whoever loaded it.
     *
     * @param id its number in the kernel
     */
    record ProgramId(int id) implements Anchor {
    }

    /**
     * The program of a link, whoever made it.
     *
     * @param id the link's number in the kernel
     */
    record LinkId(int id) implements Anchor {
    }
}
