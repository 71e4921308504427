package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import bpf4j.sys.NetlinkAttributes;
import bpf4j.sys.NetlinkReply;
import bpf4j.sys.NetlinkRequest;
import java.util.List;
import java.util.OptionalInt;

/**
 * A tc program as a filter of a qdisc, set by netlink: what there is before Linux 6.6, which has {@link TcxLink}. It
 * stays when the process ends without closing it, until somebody deletes it ({@code tc filter del}) or the qdisc or
 * interface goes; until it is closed, the network namespace lasts. Before it is replaced or deleted, its program is
 * looked at: a filter that somebody else put into its place is left alone.
 *
 * <p>Attaching makes a clsact qdisc where that is missing. Closing leaves it there, since others may have begun to use
 * it; {@link Clsact#remove} takes it away. Source: {@code net/sched/cls_bpf.c}, {@code tc-bpf(8)}.
 * Safe for use by several threads, as all links are.
 */
public final class TcFilter extends DirectAttachment {

    /**
     * A filter that runs a BPF program, whoever made it.
     *
     * @param handle its number among those of one priority
     * @param priority its place: lower ones run first
     * @param protocol which packets it is for: an Ethernet type, 3 ({@code ETH_P_ALL}) for all
     * @param chain the chain that it is in
     * @param programId the program's number in the kernel; 0 for one of classic BPF
     * @param name what its maker calls it
     * @param directAction whether the program's result is the verdict
     */
    public record Entry(int handle, int priority, int protocol, int chain, int programId, String name,
            boolean directAction) {
    }

    private static final String SCHED_CLS = "BPF_PROG_TYPE_SCHED_CLS";
    private static final int TCA_BPF_ACT = 1;
    private static final int TCA_BPF_FD = 6;
    private static final int TCA_BPF_NAME = 7;
    private static final int TCA_BPF_FLAGS = 8;
    private static final int TCA_BPF_ID = 11;
    private static final int TCA_BPF_FLAG_ACT_DIRECT = 1;
    private static final String KIND = "bpf";

    private final TcPlace place;
    private int programId;

    private TcFilter(String description, TcPlace place, int programId) {
        super(description, SCHED_CLS);
        this.place = place;
        this.programId = programId;
    }

    /**
     * Attaches a program whose result is the verdict, before the filters that are there.
     *
     * @param program a tc program
     * @param netInterface the interface, of the calling thread's network namespace
     * @param direction which packets it sees
     * @return the attachment, the caller's to close
     * @throws KernelException if the kernel refuses
     */
    public static TcFilter attach(LoadedProgram program, NetInterface netInterface, TcDirection direction) {
        return attach(program, netInterface, TcOptions.clsact(direction));
    }

    /**
     * Attaches a program.
     *
     * @param program a tc program
     * @param netInterface the interface, of the calling thread's network namespace
     * @param options where the filter goes
     * @return the attachment, the caller's to close
     * @throws KernelException if the kernel refuses; {@code EEXIST} if there is such a filter and it is not to be
     *     replaced
     */
    public static TcFilter attach(LoadedProgram program, NetInterface netInterface, TcOptions options) {
        String description = "program '%s' on %s, tc %s".formatted(program.name(), netInterface,
                TcPlace.describe(options.parent()));
        int id = program.info().id();
        return program.descriptor().use(number -> new TcFilter(description, TcPlace.create(description, SCHED_CLS,
                netInterface, KIND, options, request -> write(request, program, number, options)), id));
    }

    /** Writes the classifier's attributes, with the program's descriptor. */
    private static void write(NetlinkRequest request, LoadedProgram program, int number, TcOptions options) {
        options.action().ifPresent(action -> action.writeUse(request, TCA_BPF_ACT));
        request.attribute(TCA_BPF_FD, number).text(TCA_BPF_NAME, TcPlace.shortened(program.name()))
                .attribute(TCA_BPF_FLAGS, options.directAction() ? TCA_BPF_FLAG_ACT_DIRECT : 0);
    }

    /** {@return the filter's number among those of one priority} */
    public int handle() {
        return place.options().handle();
    }

    /** {@return the filter's priority} */
    public int priority() {
        return place.options().priority();
    }

    @Override
    void replace(LoadedProgram program) {
        int id = program.info().id();
        int status = place.ownStatus(this::isOwn);
        if (status < 0) {
            throw new KernelException(Step.REPLACE, description(), -status,
                    "the filter is not there any more, or runs another's program");
        }
        NetlinkReply reply = program.descriptor().use(number ->
                place.replace(request -> write(request, program, number, place.options())));
        if (reply.status() < 0) {
            throw Rtnetlink.refused(Step.REPLACE, description(), SCHED_CLS, reply);
        }
        programId = id;
    }

    private boolean isOwn(NetlinkAttributes filter) {
        return filter.u32(TCA_BPF_ID).equals(OptionalInt.of(programId));
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
        return "a filter is no link, and stays by itself when the process ends";
    }

    /**
     * Asks for the filters of an interface that run BPF programs.
     *
     * @param netInterface the interface, of the calling thread's network namespace
     * @param direction which packets they see
     * @return the filters, whoever made them; none if there is no clsact qdisc
     * @throws KernelException if the kernel refuses
     */
    public static List<Entry> query(NetInterface netInterface, TcDirection direction) {
        return query(netInterface, direction.parent());
    }

    /**
     * Asks for the filters of a qdisc or class that run BPF programs.
     *
     * @param netInterface the interface, of the calling thread's network namespace
     * @param parent the qdisc or class, major number in the upper 16 bits
     * @return the filters, whoever made them; none if there is no such qdisc or class
     * @throws KernelException if the kernel refuses
     */
    public static List<Entry> query(NetInterface netInterface, int parent) {
        return TcPlace.query(netInterface, parent, KIND).stream().map(TcFilter::entry).toList();
    }

    private static Entry entry(TcPlace.Filter filter) {
        NetlinkAttributes content = filter.content();
        return new Entry(filter.handle(), filter.priority(), filter.protocol(), filter.chain(),
                content.u32(TCA_BPF_ID).orElse(0), content.text(TCA_BPF_NAME).orElse(""),
                (content.u32(TCA_BPF_FLAGS).orElse(0) & TCA_BPF_FLAG_ACT_DIRECT) != 0);
    }
}
