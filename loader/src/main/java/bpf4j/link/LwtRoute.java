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
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * A route with a program (lightweight tunnel): one of {@code lwt_in} sees what arrives to be routed this way, one of
 * {@code lwt_out} what this machine sends this way, one of {@code lwt_xmit} what leaves, and may change it. One of
 * {@code lwt_seg6local} makes the route's destination, an IPv6 address, a segment: it sees what arrives for this
 * segment, when the packet's destination is the next one already (action {@code End.BPF}, Linux 4.18).
 *
 * <p>Attaching makes the route, where there must be none of this destination, table and metric; detaching deletes it.
 * Before it is replaced or deleted, its program is looked at: a route that somebody else put into its place is left
 * alone. It stays when the process ends without closing it, until somebody deletes it or the interface goes or is
 * switched off; until it is closed, the network namespace lasts. Source: {@code net/core/lwt_bpf.c},
 * {@code net/ipv6/seg6_local.c}.
 *
 * <p>Safe for use by several threads, as all links are.
 */
public final class LwtRoute extends DirectAttachment {

    private static final int RTM_NEWROUTE = 24;
    private static final int RTM_DELROUTE = 25;
    private static final int RTM_GETROUTE = 26;
    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int RTA_PRIORITY = 6;
    private static final int RTA_TABLE = 15;
    private static final byte AF_INET = 2;
    private static final byte AF_INET6 = 10;
    private static final byte RTPROT_STATIC = 4;
    private static final byte RT_SCOPE_UNIVERSE = 0;
    private static final byte RT_SCOPE_LINK = (byte) 253;
    private static final byte RTN_UNICAST = 1;
    /** What the kernel makes of 0. */
    private static final int IP6_RT_PRIO_USER = 1024;
    /** {@code struct rtmsg}: family, prefix bits of destination and source, tos; table, origin, scope, kind; flags. */
    private static final int RTMSG_BYTES = 12;
    private static final int PREFIX_OFFSET_BYTES = 1;

    /** The table is not there, the route was deleted, or it went with its interface. */
    private static final Set<Errno> ENDED_BEFORE = EnumSet.of(Errno.ENOENT, Errno.ESRCH, Errno.ENODEV);

    private final Rtnetlink netlink;
    private final LwtOptions options;
    private RouteProgram guest;

    private LwtRoute(String description, Rtnetlink netlink, RouteProgram guest, LwtOptions options) {
        super(description, guest.program().type().name());
        this.netlink = netlink;
        this.guest = guest;
        this.options = options;
    }

    /**
     * Makes a route with a program.
     *
     * @param program a program of the section {@code lwt_in}, {@code lwt_out}, {@code lwt_xmit} or {@code
     *     lwt_seg6local}
     * @param options the route
     * @return the attachment, the caller's to close
     * @throws KernelException if the kernel refuses; {@code EEXIST} if there is such a route
     */
    public static LwtRoute attach(LoadedProgram program, LwtOptions options) {
        String description = "program '%s' on the route to %s/%d".formatted(program.name(),
                options.destination().getHostAddress(), options.prefixBits());
        Rtnetlink netlink = Rtnetlink.open(Step.ATTACH, description);
        RouteProgram guest = null;
        try {
            guest = RouteProgram.hold(program, description);
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

    private static NetlinkRequest route(int type, int flags, RouteProgram guest, LwtOptions options) {
        byte[] destination = options.destination().getAddress();
        byte scope = options.gateway().isPresent() ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
        NetlinkRequest request = new NetlinkRequest(type, flags).u32(
                bytes(family(options), (byte) options.prefixBits(), (byte) 0, (byte) 0),
                bytes((byte) 0, RTPROT_STATIC, scope, RTN_UNICAST), 0)
                .attribute(RTA_TABLE, options.table()).attribute(RTA_OIF, options.device().index());
        if (options.prefixBits() > 0) {
            request.attribute(RTA_DST, destination);
        }
        if (metric(options) != 0) {
            request.attribute(RTA_PRIORITY, metric(options));
        }
        options.gateway().ifPresent(gateway -> request.attribute(RTA_GATEWAY, gateway.getAddress()));
        guest.write(request, options.headroomBytes());
        return request;
    }

    private static byte family(LwtOptions options) {
        return options.destination().getAddress().length == Integer.BYTES ? AF_INET : AF_INET6;
    }

    private static int metric(LwtOptions options) {
        return options.metric() == 0 && family(options) == AF_INET6 ? IP6_RT_PRIO_USER : options.metric();
    }

    private static int bytes(byte... four) {
        return ByteBuffer.wrap(four).order(ByteOrder.nativeOrder()).getInt();
    }

    /**
     * Looks for the route. IPv6 deletes and replaces routes without a look at their program.
     *
     * @return 0 if it is there with our program, or a negated errno: ENOENT if it is not
     */
    private int ownStatus() {
        NetlinkReply reply = netlink.ask(new NetlinkRequest(RTM_GETROUTE, NetlinkRequest.NLM_F_DUMP)
                .u32(bytes(family(options), (byte) 0, (byte) 0, (byte) 0), 0, 0)
                .attribute(RTA_TABLE, options.table()).attribute(RTA_OIF, options.device().index()));
        boolean there = reply.messages().stream().anyMatch(message -> message.type() == RTM_NEWROUTE
                && message.u8(PREFIX_OFFSET_BYTES) == options.prefixBits() && isThis(message.attributes(RTMSG_BYTES)));
        return reply.status() < 0 ? reply.status() : there ? 0 : -Errno.ENOENT.number();
    }

    private boolean isThis(NetlinkAttributes route) {
        Optional<byte[]> destination = route.bytes(RTA_DST);
        return route.u32(RTA_TABLE).orElse(0) == options.table()
                && route.u32(RTA_OIF).orElse(0) == options.device().index()
                && route.u32(RTA_PRIORITY).orElse(0) == metric(options)
                && destination.map(this::isDestination).orElse(options.prefixBits() == 0) && guest.isIn(route);
    }

    private boolean isDestination(byte[] address) {
        byte[] wanted = options.destination().getAddress();
        int wholeBytes = options.prefixBits() / Byte.SIZE;
        int restBits = options.prefixBits() % Byte.SIZE;
        return address.length == wanted.length && Arrays.equals(address, 0, wholeBytes, wanted, 0, wholeBytes)
                && (restBits == 0 || ((address[wholeBytes] ^ wanted[wholeBytes]) & 0xff) >>> Byte.SIZE - restBits == 0);
    }

    @Override
    void replace(LoadedProgram program) {
        if (program.type() != guest.program().type()) {
            throw new KernelException(Step.REPLACE, description(), 0,
                    "the new program is of another type: " + program.type());
        }
        int status = ownStatus();
        if (status < 0) {
            throw new KernelException(Step.REPLACE, description(), -status,
                    "the route is not there any more, or runs another's program");
        }
        RouteProgram next = RouteProgram.hold(program, description());
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
        int own = ownStatus();
        int status = own < 0 ? own : netlink.ask(route(RTM_DELROUTE, 0, guest, options)).status();
        return Errno.isOneOf(ENDED_BEFORE, status) ? 0 : status;
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
