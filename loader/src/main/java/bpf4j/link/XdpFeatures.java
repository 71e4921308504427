package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.Step;
import bpf4j.sys.Errno;
import bpf4j.sys.Netlink;
import bpf4j.sys.NetlinkAttributes;
import bpf4j.sys.NetlinkReply;
import bpf4j.sys.NetlinkRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * What the driver of an interface can do with XDP programs. Generic programs run on any interface. Source: {@code
 * <linux/netdev.h>}, {@code Documentation/netlink/specs/netdev.yaml}.
 *
 * @param features what it can do
 * @param maxZeroCopySegments of how many buffers a packet of an AF_XDP socket may consist that are not copied; 0 if
 *     the kernel does not tell
 */
public record XdpFeatures(Set<Feature> features, int maxZeroCopySegments) {

    /** One of them: {@code NETDEV_XDP_ACT_*}, the ordinal is the number of the bit. */
    public enum Feature {
        /** Programs that pass, drop, abort and send back. */
        BASIC,
        /** Programs that redirect. */
        REDIRECT,
        /** Packets that programs of other interfaces redirect to this one. */
        NDO_XMIT,
        /** AF_XDP sockets without copying. */
        XSK_ZEROCOPY,
        /** Programs on the card: {@link XdpMode#OFFLOAD}. */
        HW_OFFLOAD,
        /** Packets of several buffers, for programs of the sections {@code xdp.frags}. */
        RX_SG,
        /** Packets of several buffers that are redirected to this interface. */
        NDO_XMIT_SG
    }

    private static final String FAMILY = "netdev";
    private static final int GENL_ID_CTRL = 16;
    private static final int CTRL_CMD_GETFAMILY = 3;
    private static final int CTRL_ATTR_FAMILY_ID = 1;
    private static final int CTRL_ATTR_FAMILY_NAME = 2;
    private static final int NETDEV_CMD_DEV_GET = 1;
    private static final int NETDEV_A_DEV_IFINDEX = 1;
    private static final int NETDEV_A_DEV_XDP_FEATURES = 3;
    private static final int NETDEV_A_DEV_XDP_ZC_MAX_SEGS = 4;
    /** {@code struct genlmsghdr}: command, version, padding. */
    private static final int GENLMSGHDR_BYTES = 4;
    private static final byte VERSION = 1;

    /** Copies the set. */
    public XdpFeatures {
        features = Collections.unmodifiableSet(
                features.isEmpty() ? EnumSet.noneOf(Feature.class) : EnumSet.copyOf(features));
    }

    /**
     * Asks the kernel. Needs Linux 6.3.
     *
     * @param netInterface the interface, of the calling thread's network namespace
     * @return what its driver can do
     * @throws KernelException if the kernel refuses; {@code ENODEV} if there is no such interface any more, {@code
     *     ENOENT} if the kernel is too old to tell
     */
    public static XdpFeatures of(NetInterface netInterface) {
        String subject = "XDP features of " + netInterface;
        try (Rtnetlink netlink = Rtnetlink.open(Netlink.NETLINK_GENERIC, Step.QUERY, subject)) {
            NetlinkReply family = netlink.ask(request(GENL_ID_CTRL, CTRL_CMD_GETFAMILY)
                    .text(CTRL_ATTR_FAMILY_NAME, FAMILY));
            if (family.status() == -Errno.ENOENT.number()) {
                throw new KernelException(Step.QUERY, subject, -family.status(), "the kernel tells since Linux 6.3");
            } else if (family.status() < 0) {
                throw Rtnetlink.refused(Step.QUERY, subject, "", family);
            }
            int id = attributes(family, subject).u16(CTRL_ATTR_FAMILY_ID).orElse(0);
            return of(attributes(netlink.require(request(id, NETDEV_CMD_DEV_GET)
                    .attribute(NETDEV_A_DEV_IFINDEX, netInterface.index()), Step.QUERY, subject, ""), subject));
        }
    }

    private static NetlinkRequest request(int family, int command) {
        return new NetlinkRequest(family, 0).u32(ByteBuffer.wrap(new byte[] {(byte) command, VERSION, 0, 0})
                .order(ByteOrder.nativeOrder()).getInt());
    }

    private static NetlinkAttributes attributes(NetlinkReply reply, String subject) {
        return reply.messages().stream().findFirst().map(message -> message.attributes(GENLMSGHDR_BYTES))
                .orElseThrow(() -> new KernelException(Step.QUERY, subject, Errno.EBADMSG.number()));
    }

    private static XdpFeatures of(NetlinkAttributes device) {
        long bits = device.u64(NETDEV_A_DEV_XDP_FEATURES).orElse(0);
        Set<Feature> features = EnumSet.allOf(Feature.class);
        features.removeIf(feature -> (bits & 1L << feature.ordinal()) == 0);
        return new XdpFeatures(features, device.u32(NETDEV_A_DEV_XDP_ZC_MAX_SEGS).orElse(0));
    }
}
