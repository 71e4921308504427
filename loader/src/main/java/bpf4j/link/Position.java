package bpf4j.link;

import bpf4j.kernel.LoadedProgram;
import bpf4j.object.MapSpec;
import java.util.Objects;
import java.util.Optional;

/**
 * Where a program goes among those that one hook runs in turn: tcx, netkit, and cgroups since Linux 6.17. Immutable.
 *
 * {@snippet :
 * TcxLink.attach(program, eth0, Position.first());
 * TcxLink.attach(program, eth0, Position.before(other));
 * TcxLink.attach(program, eth0, Position.last().expecting(revision));
 * }
 *
 * @param side on which side of the anchor, or at which end
 * @param anchor the program to be put beside; empty for the first or last place
 * @param expectedRevision the revision that the hook's list must have, so that nobody changed it meanwhile; 0 for any
 */
public record Position(Side side, Optional<Anchor> anchor, long expectedRevision) {

    /** Before or behind. */
    public enum Side {
        /** Right before the anchor, or first of all. */
        BEFORE,
        /** Right behind the anchor, or last of all. */
        AFTER
    }

    private static final int BPF_F_BEFORE = 1 << 3;
    private static final int BPF_F_AFTER = 1 << 4;
    private static final int BPF_F_ID = 1 << 5;

    /** Checks. */
    public Position {
        Objects.requireNonNull(side);
        Objects.requireNonNull(anchor);
    }

    /** {@return the place before all others} */
    public static Position first() {
        return new Position(Side.BEFORE, Optional.empty(), 0);
    }

    /** {@return the place behind all others, which the kernel takes unless told} */
    public static Position last() {
        return new Position(Side.AFTER, Optional.empty(), 0);
    }

    /**
     * {@return the place right before another program, which the hook has to have}
     *
     * @param anchor the other program
     */
    public static Position before(Anchor anchor) {
        return new Position(Side.BEFORE, Optional.of(anchor), 0);
    }

    /**
     * {@return the place right behind another program, which the hook has to have}
     *
     * @param anchor the other program
     */
    public static Position after(Anchor anchor) {
        return new Position(Side.AFTER, Optional.of(anchor), 0);
    }

    /**
     * {@return the place right before another program, which the hook has to have}
     *
     * @param program the other program
     */
    public static Position before(LoadedProgram program) {
        return before(new Anchor.Program(program));
    }

    /**
     * {@return the place right behind another program, which the hook has to have}
     *
     * @param program the other program
     */
    public static Position after(LoadedProgram program) {
        return after(new Anchor.Program(program));
    }

    /**
     * {@return the place right before the program of a link, which the hook has to have}
     *
     * @param link the other program's link
     */
    public static Position before(KernelLink link) {
        return before(new Anchor.OfLink(link));
    }

    /**
     * {@return the place right behind the program of a link, which the hook has to have}
     *
     * @param link the other program's link
     */
    public static Position after(KernelLink link) {
        return after(new Anchor.OfLink(link));
    }

    /**
     * Lets the kernel refuse with {@code ESTALE} if the hook's programs changed since they were asked for.
     *
     * @param revision the revision that they had then, positive; 0 for any
     * @return this place under that condition
     */
    public Position expecting(long revision) {
        return new Position(side, anchor, revision);
    }

    /** A call that attaches at a place. */
    @FunctionalInterface
    interface Call {

        /**
         * Makes the call.
         *
         * @param flags {@code BPF_F_*} flags of the place
         * @param relative {@code relative_fd} or {@code relative_id}, 0 for none
         * @return the result, or a negated errno
         */
        int at(int flags, int relative);
    }

    /** Makes a call; what the anchor names stays open meanwhile. {@return what the call returned} */
    int call(Call call) {
        int beside = side == Side.BEFORE ? BPF_F_BEFORE : BPF_F_AFTER;
        return switch (anchor.orElse(null)) {
            // The end is where the kernel puts a program that says nothing; older ones know no flag for it.
            case null -> call.at(side == Side.BEFORE ? BPF_F_BEFORE : 0, 0);
            case Anchor.Program(LoadedProgram program) -> program.descriptor().call(fd -> call.at(beside, fd));
            case Anchor.ProgramId(int id) -> call.at(beside | BPF_F_ID, id);
            case Anchor.LinkId(int id) -> call.at(beside | BPF_F_ID | MapSpec.BPF_F_LINK, id);
            case Anchor.OfLink(KernelLink link) -> {
                int number = link.acquire();
                try {
                    yield call.at(beside | MapSpec.BPF_F_LINK, number);
                } finally {
                    link.release();
                }
            }
        };
    }
}
