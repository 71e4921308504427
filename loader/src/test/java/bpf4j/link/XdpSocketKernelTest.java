package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedMap;
import bpf4j.map.SocketMap;
import bpf4j.sys.Fd;
import bpf4j.sys.Socket;
import bpf4j.testdata.KernelTest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** AF_XDP sockets in a map: packets go to them instead of to the network stack. */
@KernelTest
class XdpSocketKernelTest extends OnVeth {

    private static final int SEEN = 0;
    private static final int HEADERS_BYTES = 14 + 20 + 8;

    XdpSocketKernelTest() {
        super("maps_xsk-el.o");
    }

    private SocketMap<Integer> sockets() {
        return SocketMap.of(loaded.map("sockets"), Integer.class);
    }

    @Test
    void packetsGoToTheSocketWhileItIsInTheMap() throws Exception {
        network.here(() -> {
            try (XdpLink _ = XdpLink.attach(loaded.program("to_socket"), here());
                    XdpSocket socket = new XdpSocket(here().index())) {
                assertTrue(network.reachesLeft());
                sockets().put(0, socket.number());
                assertFalse(network.reachesLeft());
                byte[] packet = socket.awaited();
                assertEquals(1, packet[HEADERS_BYTES], "the first byte of the datagram");
                assertTrue(sockets().delete(0));
                assertTrue(network.reachesLeft());
                assertEquals(3, counts.get(SEEN));
            }
        });
    }

    @Test
    void closedSocketLeavesTheMap() throws Exception {
        network.here(() -> {
            try (XdpLink _ = XdpLink.attach(loaded.program("to_socket"), here())) {
                try (XdpSocket socket = new XdpSocket(here().index())) {
                    sockets().put(0, socket.number(), LoadedMap.BPF_NOEXIST);
                    assertEquals("ENOENT", assertThrows(KernelException.class,
                            () -> sockets().put(1, socket.number(), LoadedMap.BPF_EXIST)).errnoName());
                    assertFalse(network.reachesLeft());
                }
                assertTrue(network.reachesLeft());
                try (XdpSocket next = new XdpSocket(here().index())) {
                    sockets().put(0, next.number(), LoadedMap.BPF_NOEXIST);
                    assertFalse(network.reachesLeft());
                }
            }
        });
    }

    @Test
    void whatIsRefused() throws Exception {
        network.here(() -> {
            assertEquals(List.of(0, 1), sockets().keys().toList());
            assertEquals("EOPNOTSUPP", assertThrows(KernelException.class, () -> sockets().cookie(0)).errnoName());
            try (Fd other = Fd.owning(Socket.open(Socket.AF_INET, Socket.SOCK_DGRAM, 0), "socket of a test");
                    XdpSocket socket = new XdpSocket(here().index())) {
                assertEquals("EOPNOTSUPP", assertThrows(KernelException.class,
                        () -> sockets().put(0, other.number())).errnoName());
                assertEquals("E2BIG", assertThrows(KernelException.class,
                        () -> sockets().put(2, socket.number())).errnoName());
            }
        });
    }
}
