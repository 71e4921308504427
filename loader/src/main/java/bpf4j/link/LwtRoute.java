package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import bpf4j.sys.Errno;
import bpf4j.sys.NetlinkReply;
import bpf4j.sys.NetlinkRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.Set;

/**
 * A route with a program (lightweight tunnel): one of {@code lwt_in} sees what arrives to be routed this way, one of
 * {@code lwt_out} what this machine sends this way, one of {@code lwt_xmit} what leaves, and may change it. Attaching
 * makes the route, where there must be none of this destination, table and metric; detaching deletes it, unless
 * another program's is there by then. It stays when the process ends without closing it, until somebody deletes it or
 * the interface goes or is switched off. Source: {@code net/core/lwt_bpf.c}.
 * Safe for use by several threads, as all links are.
 */
public final class LwtRoute extends DirectAttachment {

    private static final int RTM_NEWROUTE = 24;
    private static final int RTM_DELROUTE = 25;
    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int RTA_PRIORITY = 6;
    private static final int RTA_TABLE = 15;
    private static final int RTA_ENCAP_TYPE = 21;
    private static final int RTA_ENCAP = 22;
    private static final short LWTUNNEL_ENCAP_BPF = 6;
    private static final int LWT_BPF_PROG_FD = 1;
    private static final int LWT_BPF_PROG_NAME = 2;
    private static final int LWT_BPF_XMIT = 3;
    private static final int LWT_BPF_XMIT_HEADROOM = 4;
    private static final byte AF_INET = 2;
    private static final byte AF_INET6 = 10;
    private static final byte RTPROT_STATIC = 4;
    private static final byte RT_SCOPE_UNIVERSE = 0;
    private static final byte RT_SCOPE_LINK = (byte) 253;
    private static final byte RTN_UNICAST = 1;

    /** The route was deleted or replaced, or went with its interface. */
    private static final Set<Errno> ENDED_BEFORE = EnumSet.of(Errno.ESRCH, Errno.ENODEV);

    /**
     * A program in a route. Its descriptor is held, since a route is deleted by all that it consists of.
     *
     * @param name by which the kernel tells routes with programs apart
     * @param point {@code LWT_BPF_IN}, {@code LWT_BPF_OUT} or {@code LWT_BPF_XMIT}
     */
    private record Guest(LoadedProgram program, int number, String name, int point) {

        static Guest hold(LoadedProgram program, String description) {
            int point = pointOf(program, description);
            String name = "%s:[%d]".formatted(program.name(), program.info().id());
            return new Guest(program, program.descriptor().acquire(), name, point);
        }

        void release() {
            program.descriptor().release();
        }
    }

    private final Rtnetlink netlink;
    private final LwtOptions options;
    private Guest guest;

    private LwtRoute(String description, Rtnetlink netlink, Guest guest, LwtOptions options) {
        super(description, guest.program.type().name());
        this.netlink = netlink;
        this.guest = guest;
        this.options = options;
    }

    /**
     * Makes a route with a program.
     *
     * @param program a program of the section {@code lwt_in}, {@code lwt_out} or {@code lwt_xmit}
     * @param options the route
     * @return the attachment, the caller's to close
     * @throws KernelException if the kernel refuses; {@code EEXIST} if there is such a route
     */
    public static LwtRoute attach(LoadedProgram program, LwtOptions options) {
        String description = "program '%s' on the route to %s/%d".formatted(program.name(),
                options.destination().getHostAddress(), options.prefixBits());
        Rtnetlink netlink = Rtnetlink.open(Step.ATTACH, description);
        Guest guest = null;
        try {
            guest = Guest.hold(program, description);
            int flags = NetlinkRequest.NLM_F_CREATE | NetlinkRequest.NLM_F_EXCL;
            netlink.require(route(RTM_NEWROUTE, flags, guest, options), Step.ATTACH, description,
                    program.type().name());
            return new LwtRoute(description, netlink, guest, options);
        } catch (RuntimeException e) {
            if (guest != null) {
                guest.release();
            }
            netlink.close();
            throw e;
        }
    }

    /** {@return the attribute for programs of this type} */
    private static int pointOf(LoadedProgram program, String description) {
        return switch (program.type()) {
            case BPF_PROG_TYPE_LWT_IN -> 1;
            case BPF_PROG_TYPE_LWT_OUT -> 2;
            case BPF_PROG_TYPE_LWT_XMIT -> LWT_BPF_XMIT;
            default -> throw new KernelException(Step.ATTACH, description, 0,
                    "routes take programs of lwt_in, lwt_out and lwt_xmit, and this is of type " + program.type());
        };
    }

    private static NetlinkRequest route(int type, int flags, Guest guest, LwtOptions options) {
        byte[] destination = options.destination().getAddress();
        byte family = destination.length == Integer.BYTES ? AF_INET : AF_INET6;
        byte scope = options.gateway().isPresent() ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
        // struct rtmsg: family, prefix lengths of destination and source, tos; table, origin, scope, kind; flags.
        NetlinkRequest request = new NetlinkRequest(type, flags).u32(
                bytes(family, (byte) options.prefixBits(), (byte) 0, (byte) 0),
                bytes((byte) 0, RTPROT_STATIC, scope, RTN_UNICAST), 0)
                .attribute(RTA_TABLE, options.table()).attribute(RTA_OIF, options.device().index());
        if (options.prefixBits() > 0) {
            request.attribute(RTA_DST, destination);
        }
        if (options.metric() != 0) {
            request.attribute(RTA_PRIORITY, options.metric());
        }
        options.gateway().ifPresent(gateway -> request.attribute(RTA_GATEWAY, gateway.getAddress()));
        request.attribute(RTA_ENCAP_TYPE, ByteBuffer.allocate(Short.BYTES).order(ByteOrder.nativeOrder())
                .putShort(LWTUNNEL_ENCAP_BPF).array());
        request.begin(RTA_ENCAP).begin(guest.point).attribute(LWT_BPF_PROG_FD, guest.number)
                .text(LWT_BPF_PROG_NAME, guest.name).end();
        if (guest.point == LWT_BPF_XMIT && options.headroomBytes() != 0) {
            request.attribute(LWT_BPF_XMIT_HEADROOM, options.headroomBytes());
        }
        return request.end();
    }

    private static int bytes(byte... four) {
        return ByteBuffer.wrap(four).order(ByteOrder.nativeOrder()).getInt();
    }

    @Override
    void replace(LoadedProgram program) {
        if (program.type() != guest.program.type()) {
            throw new KernelException(Step.REPLACE, description(), 0,
                    "the new program is of another type: " + program.type());
        }
        Guest next = Guest.hold(program, description());
        NetlinkReply reply = netlink.ask(route(RTM_NEWROUTE, NetlinkRequest.NLM_F_REPLACE, next, options));
        if (reply.status() < 0) {
            next.release();
            throw Rtnetlink.refused(Step.REPLACE, description(), program.type().name(), reply);
        }
        guest.release();
        guest = next;
    }

    @Override
    int end() {
        int status = netlink.ask(route(RTM_DELROUTE, 0, guest, options)).status();
        return ENDED_BEFORE.stream().anyMatch(errno -> status == -errno.number()) ? 0 : status;
    }

    @Override
    void release() {
        guest.release();
        netlink.close();
    }

    @Override
    String whyNoLink() {
        return "a route is no link, and stays by itself when the process ends";
    }
}
