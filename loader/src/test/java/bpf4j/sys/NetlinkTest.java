package bpf4j.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What anybody may ask a kernel for. */
class NetlinkTest {

    private static final int RTM_GETLINK = 18;
    private static final int RTM_SETLINK = 19;
    private static final int IFLA_IFNAME = 3;
    private static final int IFINFOMSG_BYTES = 16;
    private static final int INDEX_OFFSET_BYTES = 4;
    private static final int LOOPBACK = 1;

    private final Netlink netlink =
            Netlink.over(Fd.owning(Netlink.openSocket(Netlink.NETLINK_ROUTE), "netlink socket of a test"));

    @AfterEach
    void close() {
        netlink.close();
    }

    private static List<String> names(NetlinkReply reply) {
        return reply.messages().stream().map(link -> link.attributes(IFINFOMSG_BYTES).text(IFLA_IFNAME).orElseThrow())
                .toList();
    }

    @Test
    void asksForOne() {
        NetlinkReply reply = netlink.request(new NetlinkRequest(RTM_GETLINK, 0).u32(0, LOOPBACK, 0, 0));
        assertEquals(0, reply.status());
        assertEquals(List.of("lo"), names(reply));
        assertEquals(LOOPBACK, reply.messages().getFirst().u32(INDEX_OFFSET_BYTES));
    }

    @Test
    void asksForAll() {
        NetlinkReply reply =
                netlink.request(new NetlinkRequest(RTM_GETLINK, NetlinkRequest.NLM_F_DUMP).u32(0, 0, 0, 0));
        assertEquals(0, reply.status());
        assertTrue(names(reply).contains("lo"));
    }

    @Test
    void refusalIsANumber() {
        assertEquals(-Errno.ENODEV.number(),
                netlink.request(new NetlinkRequest(RTM_GETLINK, 0).u32(0, Integer.MAX_VALUE, 0, 0)).status());
    }

    @Test
    void refusalDoesNotDisturbTheNextAnswer() {
        for (int i = 0; i < 10; i++) {
            netlink.request(new NetlinkRequest(RTM_SETLINK, 0).u32(0, Integer.MAX_VALUE, 0, 0));
            asksForOne();
        }
    }

    @Test
    void threadsTakeTurns() throws InterruptedException {
        Thread[] threads = new Thread[4];
        boolean[] good = new boolean[threads.length];
        for (int i = 0; i < threads.length; i++) {
            int own = i;
            threads[i] = Thread.ofVirtual().start(() -> {
                boolean all = true;
                for (int round = 0; round < 50; round++) {
                    all &= names(netlink.request(new NetlinkRequest(RTM_GETLINK, 0).u32(0, LOOPBACK, 0, 0)))
                            .equals(List.of("lo"));
                }
                good[own] = all;
            });
        }
        for (int i = 0; i < threads.length; i++) {
            threads[i].join();
            assertTrue(good[i]);
        }
    }

    @Test
    void closedOneIsNotUsed() {
        netlink.close();
        netlink.close();
        assertThrows(IllegalStateException.class, () -> netlink.request(new NetlinkRequest(RTM_GETLINK, 0)));
    }

    @Test
    void interfacesHaveNamesAndNumbers() {
        assertEquals(LOOPBACK, Namespaces.interfaceIndex("lo"));
        assertEquals("lo", Namespaces.interfaceName(LOOPBACK));
        assertEquals("", Namespaces.interfaceName(Integer.MAX_VALUE));
        for (String none : List.of("", "no-such-device", "lo\0", "x".repeat(16), "x".repeat(100_000), "é".repeat(8))) {
            assertEquals(-Errno.ENODEV.number(), Namespaces.interfaceIndex(none), none);
        }
        assertFalse(Namespaces.interfaceName(-1).startsWith("lo"));
    }
}
