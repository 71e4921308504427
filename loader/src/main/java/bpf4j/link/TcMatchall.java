package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.sys.NetlinkAttributes;

/**
 * A tc filter that hands every packet to an action: {@code matchall}. It stays when the process ends without closing
 * it, until somebody deletes it or the qdisc or interface goes; until it is closed, the network namespace lasts. A
 * filter that somebody else put into its place is left alone. Needs a kernel with {@code CONFIG_NET_CLS_MATCHALL}.
 *
 * <p>Attaching makes a clsact qdisc where that is missing, as with {@link TcFilter}. Source: {@code
 * net/sched/cls_matchall.c}, {@code tc-matchall(8)}.
 *
 * <p>Safe for use by several threads, as all links are.
 */
public final class TcMatchall extends DirectAttachment {

    private static final int TCA_MATCHALL_ACT = 2;
    private static final String KIND = "matchall";
    /** The number of a priority's filter, which the kernel chooses but does not tell. */
    private static final int ONLY = 1;

    private final TcPlace place;
    private final int actionIndex;

    private TcMatchall(String description, TcPlace place, int actionIndex) {
        super(description, TcAction.SCHED_ACT);
        this.place = place;
        this.actionIndex = actionIndex;
    }

    /**
     * Makes a filter, before those that are there.
     *
     * @param action the action, not closed until this is done; it cannot be deleted while the filter is there
     * @param netInterface the interface, of the calling thread's network namespace
     * @param direction which packets it gets
     * @return the attachment, the caller's to close
     * @throws KernelException if the kernel refuses
     */
    public static TcMatchall attach(TcAction action, NetInterface netInterface, TcDirection direction) {
        return attach(netInterface, TcOptions.clsact(direction).withAction(action));
    }

    /**
     * Makes a filter.
     *
     * @param netInterface the interface, of the calling thread's network namespace
     * @param options where the filter goes, and its action; a priority has one such filter, and its number is 1
     *     unless given
     * @return the attachment, the caller's to close
     * @throws IllegalArgumentException if the options have no action
     * @throws KernelException if the kernel refuses; {@code EEXIST} if there is such a filter and it is not to be
     *     replaced
     */
    public static TcMatchall attach(NetInterface netInterface, TcOptions options) {
        TcAction action = options.action().orElseThrow(
                () -> new IllegalArgumentException("a filter for all packets needs an action"));
        String description = "%s on all packets of %s, tc %s".formatted(action, netInterface,
                TcPlace.describe(options.parent()));
        TcOptions place = options.handle() == 0 ? options.withHandle(ONLY) : options;
        return new TcMatchall(description, TcPlace.create(description, TcAction.SCHED_ACT, netInterface, KIND, place,
                request -> action.writeUse(request, TCA_MATCHALL_ACT)), action.index());
    }

    /** {@return the filter's number among those of one priority} */
    public int handle() {
        return place.options().handle();
    }

    /** {@return the filter's priority} */
    public int priority() {
        return place.options().priority();
    }

    private boolean isOwn(NetlinkAttributes filter) {
        return filter.list(TCA_MATCHALL_ACT).stream().anyMatch(action -> TcAction.isThis(action, actionIndex));
    }

    @Override
    int end() {
        return place.delete(this::isOwn);
    }

    @Override
    void release() {
        place.close();
    }

    @Override
    String whyNoLink() {
        return "a filter is no link, and stays by itself when the process ends; its action's program is replaced by "
                + "the action";
    }
}
