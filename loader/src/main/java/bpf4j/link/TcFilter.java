package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import bpf4j.sys.Errno;
import bpf4j.sys.NetlinkAttributes;
import bpf4j.sys.NetlinkReply;
import bpf4j.sys.NetlinkRequest;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A tc program as a filter of a qdisc, set by netlink: what there is before Linux 6.6, which has {@link TcxLink}. It
 * stays when the process ends without closing it, until somebody deletes it ({@code tc filter del}) or the qdisc or
 * interface goes. Before it is replaced or deleted, its program is looked at: a filter that somebody else put into
 * its place is left alone.
 *
 * <p>Attaching makes a clsact qdisc where that is missing. Closing leaves it there, since others may have begun to use
 * it; {@link Clsact#remove} takes it away. Source: {@code net/sched/cls_bpf.c}, {@code tc-bpf(8)}.
 */
public final class TcFilter extends DirectAttachment {

    /**
     * A filter that runs a BPF program, whoever made it.
     *
     * @param handle its number among those of one priority
     * @param priority its place: lower ones run first
     * @param programId the program's number in the kernel
     * @param name what its maker calls it
     * @param directAction whether the program's result is the verdict
     */
    public record Entry(int handle, int priority, int programId, String name, boolean directAction) {
    }

    private static final String SCHED_CLS = "BPF_PROG_TYPE_SCHED_CLS";
    private static final int RTM_NEWTFILTER = 44;
    private static final int RTM_DELTFILTER = 45;
    private static final int RTM_GETTFILTER = 46;
    /** The kernel sends back what it made of the request. */
    private static final int NLM_F_ECHO = 8;
    private static final int TCA_KIND = 1;
    private static final int TCA_OPTIONS = 2;
    private static final int TCA_BPF_FD = 6;
    private static final int TCA_BPF_NAME = 7;
    private static final int TCA_BPF_FLAGS = 8;
    private static final int TCA_BPF_ID = 11;
    private static final int TCA_BPF_FLAG_ACT_DIRECT = 1;
    private static final int ETH_P_ALL = 3;
    private static final String KIND = "bpf";
    /** The kernel takes 255 bytes, and names of C functions are ASCII. */
    private static final int MAX_NAME_CHARS = 255;

    /** {@code struct tcmsg}: family, index, handle, parent, info. */
    private static final int TCMSG_BYTES = 20;
    private static final int HANDLE_OFFSET_BYTES = 8;
    private static final int INFO_OFFSET_BYTES = 16;

    private final Rtnetlink netlink;
    private final NetInterface netInterface;
    private final TcOptions options;
    private int programId;

    private TcFilter(String description, Rtnetlink netlink, NetInterface netInterface, TcOptions options,
            int programId) {
        super(description, SCHED_CLS);
        this.netlink = netlink;
        this.netInterface = netInterface;
        this.options = options;
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
                place(options.parent()));
        int number = program.descriptor().acquire();
        try {
            return attach(program, number, netInterface, options, description);
        } finally {
            program.descriptor().release();
        }
    }

    private static TcFilter attach(LoadedProgram program, int number, NetInterface netInterface, TcOptions options,
            String description) {
        int id = program.info().id();
        Rtnetlink netlink = Rtnetlink.open(Step.ATTACH, description);
        try {
            if (options.inClsact()) {
                Clsact.create(netlink, netInterface, description);
            }
            int flags = NLM_F_ECHO | NetlinkRequest.NLM_F_CREATE
                    | (options.replace() ? NetlinkRequest.NLM_F_REPLACE : NetlinkRequest.NLM_F_EXCL);
            NetlinkReply reply = netlink.require(withProgram(request(RTM_NEWTFILTER, flags, netInterface, options),
                    program, number, options), Step.ATTACH, description, SCHED_CLS);
            return new TcFilter(description, netlink, netInterface, chosen(reply, options), id);
        } catch (RuntimeException e) {
            netlink.close();
            throw e;
        }
    }

    private static String place(int parent) {
        for (TcDirection direction : TcDirection.values()) {
            if (direction.parent() == parent) {
                return direction.toString();
            }
        }
        return "parent %x:%x".formatted(parent >>> Short.SIZE, parent & 0xffff);
    }

    /** Takes the numbers that the kernel chose. */
    private static TcOptions chosen(NetlinkReply reply, TcOptions options) {
        return reply.messages().stream().filter(message -> message.type() == RTM_NEWTFILTER).findFirst()
                .map(message -> options.withHandle(message.u32(HANDLE_OFFSET_BYTES)).withPriority(priority(message)))
                .orElse(options);
    }

    private static int priority(NetlinkReply.Message filter) {
        return filter.u32(INFO_OFFSET_BYTES) >>> Short.SIZE;
    }

    private static NetlinkRequest request(int type, int flags, NetInterface netInterface, TcOptions options) {
        return new NetlinkRequest(type, flags).u32(0, netInterface.index(), options.handle(), options.parent(),
                options.priority() << Short.SIZE | networkOrder(ETH_P_ALL)).text(TCA_KIND, KIND);
    }

    private static int networkOrder(int protocol) {
        return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? protocol
                : Short.toUnsignedInt(Short.reverseBytes((short) protocol));
    }

    /** @param number the program's descriptor, held until the request is answered */
    private static NetlinkRequest withProgram(NetlinkRequest request, LoadedProgram program, int number,
            TcOptions options) {
        return request.begin(TCA_OPTIONS).attribute(TCA_BPF_FD, number)
                .text(TCA_BPF_NAME, shortened(program.name()))
                .attribute(TCA_BPF_FLAGS, options.directAction() ? TCA_BPF_FLAG_ACT_DIRECT : 0).end();
    }

    private static String shortened(String name) {
        return name.substring(0, Math.min(name.length(), MAX_NAME_CHARS));
    }

    /** {@return the filter's number among those of one priority} */
    public int handle() {
        return options.handle();
    }

    /** {@return the filter's priority} */
    public int priority() {
        return options.priority();
    }

    @Override
    void replace(LoadedProgram program) {
        int id = program.info().id();
        int status = ownStatus();
        if (status == 0) {
            NetlinkReply reply;
            int number = program.descriptor().acquire();
            try {
                reply = netlink.ask(withProgram(request(RTM_NEWTFILTER, NetlinkRequest.NLM_F_REPLACE, netInterface,
                        options), program, number, options));
            } finally {
                program.descriptor().release();
            }
            if (reply.status() < 0) {
                throw Rtnetlink.refused(Step.REPLACE, description(), SCHED_CLS, reply);
            }
            programId = id;
        } else {
            throw new KernelException(Step.REPLACE, description(), -status,
                    "the filter is not there any more, or runs another's program");
        }
    }

    /** {@return 0 if the filter is there with our program, or a negated errno: ENOENT if it is not} */
    private int ownStatus() {
        NetlinkReply reply = netlink.ask(request(RTM_GETTFILTER, 0, netInterface, options));
        // The qdisc went, or the interface.
        if (reply.status() == -Errno.EINVAL.number() || reply.status() == -Errno.ENODEV.number()) {
            return -Errno.ENOENT.number();
        }
        if (reply.status() < 0) {
            return reply.status();
        }
        OptionalInt id = reply.messages().stream().map(message -> message.attributes(TCMSG_BYTES).nested(TCA_OPTIONS))
                .map(filter -> filter.u32(TCA_BPF_ID)).findFirst().orElse(OptionalInt.empty());
        return id.isPresent() && id.getAsInt() == programId ? 0 : -Errno.ENOENT.number();
    }

    @Override
    int end() {
        int status = ownStatus();
        if (status == 0) {
            status = netlink.ask(request(RTM_DELTFILTER, 0, netInterface, options)).status();
        }
        return status == -Errno.ENOENT.number() ? 0 : status;
    }

    @Override
    void release() {
        netlink.close();
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
        String subject = "%s, tc %s".formatted(netInterface, direction);
        try (Rtnetlink netlink = Rtnetlink.open(Step.QUERY, subject)) {
            NetlinkReply reply = netlink.require(new NetlinkRequest(RTM_GETTFILTER, NetlinkRequest.NLM_F_DUMP)
                    .u32(0, netInterface.index(), 0, direction.parent(), 0), Step.QUERY, subject, "");
            // A priority has an entry of its own, without a handle.
            return reply.messages().stream()
                    .filter(message -> message.type() == RTM_NEWTFILTER && message.u32(HANDLE_OFFSET_BYTES) != 0)
                    .filter(message -> message.attributes(TCMSG_BYTES).text(TCA_KIND).equals(Optional.of(KIND)))
                    .map(TcFilter::entry).toList();
        }
    }

    private static Entry entry(NetlinkReply.Message message) {
        NetlinkAttributes filter = message.attributes(TCMSG_BYTES).nested(TCA_OPTIONS);
        return new Entry(message.u32(HANDLE_OFFSET_BYTES), priority(message), filter.u32(TCA_BPF_ID).orElse(0),
                filter.text(TCA_BPF_NAME).orElse(""),
                (filter.u32(TCA_BPF_FLAGS).orElse(0) & TCA_BPF_FLAG_ACT_DIRECT) != 0);
    }
}
