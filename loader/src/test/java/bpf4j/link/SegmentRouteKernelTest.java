package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.Step;
import bpf4j.sys.Errno;
import bpf4j.sys.Socket;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.Patience;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Segments of IPv6 in routes: the left namespace sends to itself by way of a segment of the right one, whose program
 * lets go on what arrives for it, or does not. The kernel hands nothing from a segment to a receiver on the same node.
 */
@KernelTest
class SegmentRouteKernelTest extends OnVeth {

    private static final int FORWARDED = 0;
    private static final int STOPPED = 1;
    private static final String LEFT = "fd00:77::1";
    private static final String RIGHT = "fd00:77::2";
    private static final String SEGMENT = "fd00:99::1";
    private static final int SENDER_PORT = 7001;
    private static final int NOTHING = -Errno.EAGAIN.number();
    private static final Duration ARRIVAL = Patience.LIMIT;
    private static final Duration SILENCE = Duration.ofMillis(400);

    SegmentRouteKernelTest() {
        super("attach_seg6-el.o");
    }

    @BeforeEach
    void giveAddresses() throws Exception {
        network.here(() -> {
            TestNetwork.address(TestNetwork.HERE, LEFT, 64);
            TestNetwork.addRoute(SEGMENT, RIGHT);
            for (String device : List.of("all", TestNetwork.HERE)) {
                Files.writeString(Path.of("/proc/sys/net/ipv6/conf", device, "seg6_enabled"), "1");
            }
        });
        network.there(() -> {
            TestNetwork.address(TestNetwork.THERE, RIGHT, 64);
            Files.writeString(Path.of("/proc/sys/net/ipv6/conf/all/forwarding"), "1");
        });
        makeAcquainted();
    }

    /** What is sent to a neighbour who is not known yet waits, and would arrive when a test does not expect it. */
    private void makeAcquainted() throws Exception {
        InetAddress right = InetAddress.getByName(RIGHT);
        network.there(() -> {
            try (Endpoint receiver = Endpoint.of(Endpoint.AF_INET6, Socket.SOCK_DGRAM)
                    .bound(right, TestNetwork.TEST_PORT)) {
                network.here(() -> {
                    try (Endpoint sender = Endpoint.of(Endpoint.AF_INET6, Socket.SOCK_DGRAM)) {
                        assertEquals(1, sender.send(right, TestNetwork.TEST_PORT));
                    }
                });
                assertTrue(receiver.sender(ARRIVAL) > 0);
            }
        });
    }

    private static LwtOptions segment() throws IOException {
        return LwtOptions.to(InetAddress.getByName(SEGMENT), 128, NetInterface.named(TestNetwork.THERE));
    }

    /** Sends one datagram by way of the segment. {@return the port that it comes from, or a negated errno} */
    private int sent(Duration patience) throws Exception {
        InetAddress left = InetAddress.getByName(LEFT);
        return network.left().call(() -> {
            try (Endpoint receiver = Endpoint.of(Endpoint.AF_INET6, Socket.SOCK_DGRAM)
                            .bound(left, TestNetwork.TEST_PORT);
                    Endpoint sender = Endpoint.of(Endpoint.AF_INET6, Socket.SOCK_DGRAM).bound(left, SENDER_PORT)
                            .byWayOf(InetAddress.getByName(SEGMENT))) {
                assertEquals(1, sender.send(left, TestNetwork.TEST_PORT));
                return receiver.sender(patience);
            }
        });
    }

    @Test
    void programLetsGoOnWhatArrivesForItsSegment() throws Exception {
        assertEquals(NOTHING, sent(SILENCE));
        network.there(() -> {
            try (LwtRoute route = LwtRoute.attach(loaded.program("forward"), segment())) {
                assertEquals(SENDER_PORT, sent(ARRIVAL));
                assertEquals(1, counts.get(FORWARDED));
                route.update(loaded.program("stop"));
                assertEquals(NOTHING, sent(SILENCE));
                assertEquals(1, counts.get(STOPPED));
                route.update(loaded.program("forward"));
                assertEquals(SENDER_PORT, sent(ARRIVAL));
                route.detach();
                route.detach();
                assertEquals(NOTHING, sent(SILENCE));
                assertEquals(List.of(2L, 1L), List.of(counts.get(FORWARDED), counts.get(STOPPED)));
            }
        });
    }

    @Test
    void segmentOfAnotherIsLeftAlone() throws Exception {
        network.there(() -> {
            LwtRoute route = LwtRoute.attach(loaded.program("stop"), segment());
            assertEquals("EEXIST", assertThrows(KernelException.class,
                    () -> LwtRoute.attach(loaded.program("forward"), segment())).errnoName());
            TestNetwork.removeRoute(SEGMENT);
            try (LwtRoute _ = LwtRoute.attach(loaded.program("forward"), segment())) {
                route.detach();
                route.close();
                assertEquals(SENDER_PORT, sent(ARRIVAL));
            }
        });
    }

    @Test
    void segmentsAreAddressesOfIpv6() throws Exception {
        network.there(() -> {
            LwtOptions ipv4 = LwtOptions.to(InetAddress.getByName(TestNetwork.LEFT), 32, segment().device());
            KernelException e = assertThrows(KernelException.class,
                    () -> LwtRoute.attach(loaded.program("forward"), ipv4));
            assertEquals(Step.ATTACH, e.step());
        });
    }
}
