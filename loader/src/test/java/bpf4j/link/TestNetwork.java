package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.sys.Fd;
import bpf4j.sys.Netlink;
import bpf4j.sys.NetlinkReply;
import bpf4j.sys.NetlinkRequest;
import bpf4j.testdata.Patience;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.DatagramChannel;
import java.time.Duration;

/**
 * Two network namespaces of their own, joined by a pair of interfaces: {@code here} in the left one with the address
 * 10.77.0.1, {@code there} in the right one with 10.77.0.2. No address of the machine is touched, and nothing stays.
 */
final class TestNetwork implements AutoCloseable {

    /** What the test programs look for. */
    static final int TEST_PORT = 7000;

    static final String HERE = "here";
    static final String THERE = "there";
    static final String LEFT = "10.77.0.1";
    static final String RIGHT = "10.77.0.2";

    private static final int RTM_NEWLINK = 16;
    private static final int RTM_DELLINK = 17;
    private static final int RTM_SETLINK = 19;
    private static final int RTM_NEWADDR = 20;
    private static final int RTM_NEWROUTE = 24;
    private static final int RTM_DELROUTE = 25;
    private static final int RTA_DST = 1;
    private static final int RTA_GATEWAY = 5;
    private static final int RTPROT_STATIC = 4;
    private static final int RTN_UNICAST = 1;
    private static final int RT_TABLE_MAIN = 254;
    private static final int RT_SCOPE_NOWHERE = 255;
    private static final int RTM_DELACTION = 49;
    private static final int TCA_ACT_TAB = 1;
    private static final int TCA_ACT_KIND = 1;
    private static final int TCA_ACT_INDEX = 3;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_MTU = 4;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_NET_NS_FD = 28;
    private static final int IFLA_XDP = 43;
    private static final int IFLA_XDP_FD = 1;
    private static final int IFLA_XDP_FLAGS = 3;
    private static final int IFLA_INFO_KIND = 1;
    private static final int IFLA_INFO_DATA = 2;
    /** {@code VETH_INFO_PEER} and {@code IFLA_NETKIT_PEER_INFO}. */
    private static final int PEER_INFO = 1;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFF_UP = 1;
    private static final int LOOPBACK = 1;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int IFA_F_NODAD = 2;
    private static final int IPV4_PREFIX_BITS = 24;
    private static final Duration OVERTAKEN = Duration.ofMillis(100);

    private final NetworkNamespace left = NetworkNamespace.create();
    private final NetworkNamespace right = NetworkNamespace.create();

    /** Something that runs in a namespace and returns nothing. */
    interface Action {
        void run() throws Exception;
    }

    /** Makes a network of this kind of pair: {@code veth}, {@code netkit}. */
    TestNetwork(String kind) throws Exception {
        try {
            int peerNamespace = right.acquire();
            try {
                in(left, () -> {
                    configure(pair(kind, peerNamespace));
                    up(HERE, LEFT);
                });
            } finally {
                right.release();
            }
            in(right, () -> up(THERE, RIGHT));
        } catch (Exception | Error e) {
            close();
            throw e;
        }
    }

    static TestNetwork ofVeth() throws Exception {
        return new TestNetwork("veth");
    }

    /** {@return a namespace with nothing but its loopback interface, which is up} */
    static NetworkNamespace withLoopback() throws Exception {
        NetworkNamespace namespace = NetworkNamespace.create();
        in(namespace, () -> configure(up(LOOPBACK)));
        return namespace;
    }

    static void in(NetworkNamespace namespace, Action action) throws Exception {
        namespace.call(() -> {
            action.run();
            return null;
        });
    }

    void here(Action action) throws Exception {
        in(left, action);
    }

    void there(Action action) throws Exception {
        in(right, action);
    }

    NetworkNamespace left() {
        return left;
    }

    private static NetlinkRequest pair(String kind, int peerNamespace) {
        return new NetlinkRequest(RTM_NEWLINK, NetlinkRequest.NLM_F_CREATE | NetlinkRequest.NLM_F_EXCL).u32(0, 0, 0, 0)
                .text(IFLA_IFNAME, HERE).begin(IFLA_LINKINFO).text(IFLA_INFO_KIND, kind).begin(IFLA_INFO_DATA)
                .begin(PEER_INFO).u32(0, 0, 0, 0).text(IFLA_IFNAME, THERE).attribute(IFLA_NET_NS_FD, peerNamespace)
                .end().end().end();
    }

    private static void up(String name, String address) throws IOException {
        address(name, address, IPV4_PREFIX_BITS);
        configure(up(NetInterface.named(name).index()));
    }

    /** Gives an interface of the calling thread's namespace one more address, which is good at once. */
    static void address(String name, String address, int prefixBits) throws IOException {
        byte[] bytes = InetAddress.getByName(address).getAddress();
        // struct ifaddrmsg: family, prefix length, flags, scope, index.
        configure(new NetlinkRequest(RTM_NEWADDR, NetlinkRequest.NLM_F_CREATE)
                .u32(fourBytes(family(bytes), prefixBits, bytes.length > 4 ? IFA_F_NODAD : 0, 0),
                        NetInterface.named(name).index())
                .attribute(IFA_LOCAL, bytes).attribute(IFA_ADDRESS, bytes));
    }

    private static int family(byte[] address) {
        return address.length > 4 ? AF_INET6 : AF_INET;
    }

    private static int fourBytes(int first, int second, int third, int fourth) {
        return ByteBuffer.wrap(new byte[] {(byte) first, (byte) second, (byte) third, (byte) fourth})
                .order(ByteOrder.nativeOrder()).getInt();
    }

    private static NetlinkRequest up(int index) {
        return new NetlinkRequest(RTM_NEWLINK, 0).u32(0, index, IFF_UP, IFF_UP);
    }

    /** Removes an interface of the calling thread's namespace. */
    static void remove(NetInterface netInterface) {
        configure(new NetlinkRequest(RTM_DELLINK, 0).u32(0, netInterface.index(), 0, 0));
    }

    /** Sets the size of the largest packet of an interface of the calling thread's namespace. */
    static void mtu(String name, int bytes) {
        configure(new NetlinkRequest(RTM_SETLINK, 0).u32(0, NetInterface.named(name).index(), 0, 0)
                .attribute(IFLA_MTU, bytes));
    }

    /** Takes the XDP program of an interface of the calling thread's namespace away, whosever it is. */
    static void takeXdpAway(NetInterface netInterface, XdpMode mode) {
        configure(new NetlinkRequest(RTM_SETLINK, 0).u32(0, netInterface.index(), 0, 0).begin(IFLA_XDP)
                .attribute(IFLA_XDP_FD, -1).attribute(IFLA_XDP_FLAGS, mode.flags()).end());
    }

    private static void configure(NetlinkRequest request) {
        try (Netlink netlink = Netlink.over(
                Fd.owning(Netlink.openSocket(Netlink.NETLINK_ROUTE), "netlink socket of a test"))) {
            NetlinkReply reply = netlink.request(request);
            assertEquals(0, reply.status(), reply::complaint);
        }
    }

    /** A socket in one of the namespaces that receives what the other sends to the test port. */
    private static DatagramChannel socket(NetworkNamespace namespace, String address, int port) throws Exception {
        return namespace.call(() -> {
            DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, 1 << 20);
            channel.bind(new InetSocketAddress(address, port));
            return channel;
        });
    }

    /** Sends from left to right. {@return whether it arrived} */
    boolean reachesRight() throws Exception {
        return reaches(left, LEFT, right, RIGHT);
    }

    /** Sends from right to left. {@return whether it arrived} */
    boolean reachesLeft() throws Exception {
        return reaches(right, RIGHT, left, LEFT);
    }

    /**
     * Sends one datagram to the test port and then one to the next port, which no program stops: when that is there,
     * the first has arrived or been lost, unless another processor is slow to deliver it.
     */
    private static boolean reaches(NetworkNamespace from, String sender, NetworkNamespace to, String receiver)
            throws Exception {
        try (DatagramChannel sending = socket(from, sender, 0);
                DatagramChannel tested = socket(to, receiver, TEST_PORT);
                DatagramChannel marker = socket(to, receiver, TEST_PORT + 1)) {
            tested.configureBlocking(false);
            marker.configureBlocking(false);
            sendTest(sending, receiver);
            sending.send(ByteBuffer.wrap(new byte[] {2}), new InetSocketAddress(receiver, TEST_PORT + 1));
            assertTrue(Patience.until(() -> marker.receive(ByteBuffer.allocate(1)) != null),
                    () -> "nothing arrives at " + receiver);
            return Patience.until(OVERTAKEN, () -> tested.receive(ByteBuffer.allocate(1)) != null);
        }
    }

    /** Sends a datagram to the test port; a program may stop it here already. */
    private static void sendTest(DatagramChannel sending, String receiver) throws IOException {
        try {
            sending.send(ByteBuffer.wrap(new byte[] {1}), new InetSocketAddress(receiver, TEST_PORT));
        } catch (IOException e) {
            if (!"Operation not permitted".equals(e.getMessage())) {
                throw e;
            }
        }
    }

    /** Sends a datagram to the test port of anybody. */
    void sendFromRight(String receiver) throws Exception {
        try (DatagramChannel sending = socket(right, RIGHT, 0)) {
            sendTest(sending, receiver);
        }
    }

    /** Makes a route to one receiver by way of a gateway in the calling thread's namespace. */
    static void addRoute(String receiver, String gateway) throws IOException {
        byte[] address = InetAddress.getByName(receiver).getAddress();
        configure(new NetlinkRequest(RTM_NEWROUTE, NetlinkRequest.NLM_F_CREATE)
                .u32(fourBytes(family(address), address.length * Byte.SIZE, 0, 0),
                        fourBytes(RT_TABLE_MAIN, RTPROT_STATIC, 0, RTN_UNICAST), 0)
                .attribute(RTA_DST, address).attribute(RTA_GATEWAY, InetAddress.getByName(gateway).getAddress()));
    }

    /** Removes the route to one receiver from the calling thread's namespace, whosever it is. */
    static void removeRoute(String receiver) throws IOException {
        byte[] address = InetAddress.getByName(receiver).getAddress();
        configure(new NetlinkRequest(RTM_DELROUTE, 0).u32(fourBytes(family(address), address.length * Byte.SIZE, 0, 0),
                fourBytes(RT_TABLE_MAIN, 0, RT_SCOPE_NOWHERE, 0), 0).attribute(RTA_DST, address));
    }

    /** Deletes a tc action with a program from the calling thread's namespace, whosever it is. */
    static void removeAction(int index) {
        configure(new NetlinkRequest(RTM_DELACTION, 0).u32(0).begin(TCA_ACT_TAB).begin(1).text(TCA_ACT_KIND, "bpf")
                .attribute(TCA_ACT_INDEX, index).end().end());
    }

    /** The namespaces end when nobody is in them or holds them, and the interfaces with them. */
    @Override
    public void close() {
        left.close();
        right.close();
    }
}
