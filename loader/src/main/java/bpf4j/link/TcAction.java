package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import bpf4j.sys.Errno;
import bpf4j.sys.NetlinkAttributes;
import bpf4j.sys.NetlinkReply;
import bpf4j.sys.NetlinkRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A program of the section {@code action} as an action of the calling thread's network namespace: what tc filters hand
 * packets to, as many filters as like to. {@link TcMatchall} hands it all packets, {@link TcOptions#withAction} those
 * that a program picks out. It stays when the process ends without closing it, until somebody deletes it ({@code tc
 * actions del action bpf index N}) or the namespace ends; until it is closed, the network namespace lasts.
 *
 * <p>While filters use it, it is not deleted: {@link #detach} is refused with {@code EPERM}, and {@link #close} leaves
 * it there; close the filters first. The kernel lets go of an action some milliseconds after a filter is gone, for
 * which both wait up to a second. Before it is replaced or deleted, its program is looked at: an action that
 * somebody else put into its place is left alone. Needs a kernel with {@code CONFIG_NET_ACT_BPF}. Source: {@code
 * net/sched/act_bpf.c}, {@code tc-actions(8)}.
 */
public final class TcAction extends DirectAttachment {

    /**
     * An action that runs a BPF program, whoever made it.
     *
     * @param index its number
     * @param programId the program's number in the kernel; 0 for one of classic BPF
     * @param name what its maker calls it
     * @param filters how many filters use it
     */
    public record Entry(int index, int programId, String name, int filters) {
    }

    static final String SCHED_ACT = "BPF_PROG_TYPE_SCHED_ACT";
    private static final int RTM_NEWACTION = 48;
    private static final int RTM_DELACTION = 49;
    private static final int RTM_GETACTION = 50;
    private static final int TCA_ACT_TAB = 1;
    private static final int TCA_ACT_KIND = 1;
    private static final int TCA_ACT_OPTIONS = 2;
    private static final int TCA_ACT_INDEX = 3;
    private static final int TCA_ACT_BPF_PARMS = 2;
    private static final int TCA_ACT_BPF_FD = 5;
    private static final int TCA_ACT_BPF_NAME = 6;
    private static final int TCA_ACT_BPF_ID = 9;
    /** A request has one action, and its place in the list is 1. */
    private static final int ONLY = 1;
    private static final String KIND = "bpf";
    /** What becomes of a packet about which the program has no opinion: the filter's next action gets it. */
    private static final int TC_ACT_PIPE = 3;
    /** {@code struct tcamsg}: family and padding. */
    private static final int TCAMSG_BYTES = 4;
    /** {@code struct tc_act_bpf}: index, capabilities, action, references, filters. */
    private static final int PARMS_BYTES = 20;
    private static final int FILTERS_OFFSET_BYTES = 16;
    /** How long a filter that is gone may still hold an action: a grace period of RCU and a turn of a work queue. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofMillis(2);
    /** It is not there any more, or none of its kind. */
    private static final Set<Errno> ENDED_BEFORE = EnumSet.of(Errno.ENOENT, Errno.EINVAL);

    private final Rtnetlink netlink;
    private final int index;
    private int programId;

    private TcAction(String description, Rtnetlink netlink, int index, int programId) {
        super(description, SCHED_ACT);
        this.netlink = netlink;
        this.index = index;
        this.programId = programId;
    }

    /**
     * Makes an action, with a number that the kernel chooses.
     *
     * @param program a program of the section {@code action}
     * @return the action, the caller's to close
     * @throws KernelException if the kernel refuses
     */
    public static TcAction create(LoadedProgram program) {
        return create(program, 0);
    }

    /**
     * Makes an action.
     *
     * @param program a program of the section {@code action}
     * @param index its number, by which others can find it; 0 lets the kernel choose
     * @return the action, the caller's to close
     * @throws KernelException if the kernel refuses; {@code EEXIST} if there is one of this number
     */
    public static TcAction create(LoadedProgram program, int index) {
        String subject = "action of program '%s'".formatted(program.name());
        int id = program.info().id();
        Rtnetlink netlink = Rtnetlink.open(Step.ATTACH, subject);
        try {
            int flags = NetlinkRequest.NLM_F_ECHO | NetlinkRequest.NLM_F_CREATE | NetlinkRequest.NLM_F_EXCL;
            NetlinkReply reply = program.descriptor().use(number -> netlink.require(
                    withProgram(flags, program, number, index), Step.ATTACH, subject, SCHED_ACT));
            int chosen = actions(reply).map(TcAction::entry).map(Entry::index).findFirst().orElse(index);
            return new TcAction("action %d of program '%s'".formatted(chosen, program.name()), netlink, chosen, id);
        } catch (RuntimeException e) {
            netlink.close();
            throw e;
        }
    }

    /** Makes a request with the program's descriptor. */
    private static NetlinkRequest withProgram(int flags, LoadedProgram program, int number, int index) {
        return new NetlinkRequest(RTM_NEWACTION, flags).u32(0).begin(TCA_ACT_TAB).begin(ONLY).text(TCA_ACT_KIND, KIND)
                .begin(TCA_ACT_OPTIONS).attribute(TCA_ACT_BPF_PARMS, parameters(index))
                .attribute(TCA_ACT_BPF_FD, number)
                .text(TCA_ACT_BPF_NAME, TcPlace.shortened(program.name()))
                .end().end().end();
    }

    private static byte[] parameters(int index) {
        return ByteBuffer.allocate(PARMS_BYTES).order(ByteOrder.nativeOrder()).putInt(index).putInt(0)
                .putInt(TC_ACT_PIPE).array();
    }

    /** Appends an attribute to the request for a filter that hands packets to this. */
    void writeUse(NetlinkRequest request, int attribute) {
        request.begin(attribute).begin(ONLY).text(TCA_ACT_KIND, KIND).begin(TCA_ACT_OPTIONS)
                .attribute(TCA_ACT_BPF_PARMS, parameters(index)).end().end().end();
    }

    /** {@return whether one of the actions of a filter is the one of this number} */
    static boolean isThis(NetlinkAttributes action, int index) {
        return isBpf(action) && entry(action).index == index;
    }

    private static boolean isBpf(NetlinkAttributes action) {
        return action.text(TCA_ACT_KIND).equals(Optional.of(KIND));
    }

    private static Stream<NetlinkAttributes> actions(NetlinkReply reply) {
        return reply.messages().stream().flatMap(message -> message.attributes(TCAMSG_BYTES).list(TCA_ACT_TAB).stream())
                .filter(TcAction::isBpf);
    }

    private static Entry entry(NetlinkAttributes action) {
        NetlinkAttributes options = action.nested(TCA_ACT_OPTIONS);
        ByteBuffer parameters = ByteBuffer.allocate(PARMS_BYTES).order(ByteOrder.nativeOrder());
        options.bytes(TCA_ACT_BPF_PARMS).filter(bytes -> bytes.length >= PARMS_BYTES)
                .ifPresent(bytes -> parameters.put(bytes, 0, PARMS_BYTES));
        return new Entry(parameters.getInt(0), options.u32(TCA_ACT_BPF_ID).orElse(0),
                options.text(TCA_ACT_BPF_NAME).orElse(""), parameters.getInt(FILTERS_OFFSET_BYTES));
    }

    /** {@return the action's number} */
    public int index() {
        return index;
    }

    @Override
    void replace(LoadedProgram program) {
        int id = program.info().id();
        int status = ownStatus();
        if (status < 0) {
            throw new KernelException(Step.REPLACE, description(), -status,
                    "the action is not there any more, or runs another's program");
        }
        NetlinkReply reply = program.descriptor().use(number ->
                netlink.ask(withProgram(NetlinkRequest.NLM_F_REPLACE, program, number, index)));
        if (reply.status() < 0) {
            throw Rtnetlink.refused(Step.REPLACE, description(), SCHED_ACT, reply);
        }
        programId = id;
    }

    private NetlinkRequest about(int type) {
        return new NetlinkRequest(type, 0).u32(0).begin(TCA_ACT_TAB).begin(ONLY).text(TCA_ACT_KIND, KIND)
                .attribute(TCA_ACT_INDEX, index).end().end();
    }

    /** {@return 0 if the action is there with our program, or a negated errno: ENOENT if it is not} */
    private int ownStatus() {
        NetlinkReply reply = netlink.ask(about(RTM_GETACTION));
        if (Errno.isOneOf(ENDED_BEFORE, reply.status())) {
            return -Errno.ENOENT.number();
        }
        boolean own = actions(reply).map(TcAction::entry)
                .anyMatch(entry -> entry.index == index && entry.programId == programId);
        return reply.status() < 0 ? reply.status() : own ? 0 : -Errno.ENOENT.number();
    }

    @Override
    int end() {
        int status = ownStatus();
        if (status == 0) {
            status = delete();
        }
        return status == -Errno.ENOENT.number() ? 0 : status;
    }

    private int delete() {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            int status = netlink.ask(about(RTM_DELACTION)).status();
            if (status != -Errno.EPERM.number() || System.nanoTime() >= end) {
                return status;
            }
            try {
                Thread.sleep(PAUSE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return status;
            }
        }
    }

    @Override
    void release() {
        netlink.close();
    }

    @Override
    String whyNoLink() {
        return "an action is no link, and stays by itself when the process ends";
    }

    /**
     * Asks for the actions of the calling thread's network namespace that run BPF programs.
     *
     * @return the actions, whoever made them; none if the kernel has no such actions
     * @throws KernelException if the kernel refuses
     */
    public static List<Entry> query() {
        try (Rtnetlink netlink = Rtnetlink.open(Step.QUERY, "tc actions")) {
            NetlinkReply reply = netlink.require(new NetlinkRequest(RTM_GETACTION, NetlinkRequest.NLM_F_DUMP).u32(0)
                    .begin(TCA_ACT_TAB).begin(ONLY).text(TCA_ACT_KIND, KIND).end().end(), Step.QUERY, "tc actions", "");
            return actions(reply).map(TcAction::entry).toList();
        }
    }
}
