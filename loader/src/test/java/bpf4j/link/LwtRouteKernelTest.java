package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.Step;
import bpf4j.object.BpfObject;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Routes whose packets programs see. */
@KernelTest
class LwtRouteKernelTest extends OnVeth {

    private static final int ARRIVED = 0;
    private static final int STOPPED = 3;

    LwtRouteKernelTest() {
        super("attach_lwt-el.o");
    }

    private static LwtOptions to(String address, int prefixBits, String device) throws UnknownHostException {
        return LwtOptions.to(InetAddress.getByName(address), prefixBits, NetInterface.named(device));
    }

    /** A route to the one receiver, more special than the one that came with the interface's address. */
    private static LwtOptions toRight() throws UnknownHostException {
        return to(TestNetwork.RIGHT, 32, TestNetwork.HERE);
    }

    private List<Long> counted() {
        return LongStream.range(0, 4).map(i -> counts.get((int) i)).boxed().toList();
    }

    @ParameterizedTest
    @CsvSource({"send, 1", "leave, 2"})
    void packetsOnTheirWayOutAreSeen(String program, int number) throws Exception {
        network.here(() -> {
            try (LwtRoute route = LwtRoute.attach(loaded.program(program), toRight())) {
                assertTrue(network.reachesRight());
                assertEquals(1, counts.get(number));
                assertEquals(1, counted().stream().mapToLong(c -> c).sum());
                route.detach();
                route.detach();
                assertTrue(network.reachesRight());
                assertEquals(1, counts.get(number));
            }
        });
    }

    /** A machine sees what arrives to be routed further when it is a gateway: the left one is that of the right one. */
    @Test
    void packetsThatAreForwardedAreSeen() throws Exception {
        network.here(() -> Files.writeString(Path.of("/proc/sys/net/ipv4/ip_forward"), "1"));
        LwtRoute beyond = network.left().call(() ->
                LwtRoute.attach(loaded.program("arrive"), to("10.78.0.0", 24, TestNetwork.HERE)));
        try (beyond) {
            network.there(() -> {
                InetAddress gateway = InetAddress.getByName(TestNetwork.LEFT);
                try (LwtRoute _ = LwtRoute.attach(loaded.program("send"),
                        to("10.78.0.0", 24, TestNetwork.THERE).withGateway(gateway).withMetric(7))) {
                    network.sendFromRight("10.78.0.1");
                    counts.await(ARRIVED, 1);
                    assertEquals(List.of(1L, 1L, 0L, 0L), counted());
                }
            });
        }
    }

    @Test
    void verdictCountsAndProgramsAreReplaced() throws Exception {
        network.here(() -> {
            try (LwtRoute route = LwtRoute.attach(loaded.program("stop"), toRight())) {
                assertFalse(network.reachesRight());
                assertTrue(network.reachesLeft());
                route.update(loaded.program("send"));
                assertTrue(network.reachesRight());
                route.update(loaded.program("stop"));
                assertFalse(network.reachesRight());
                assertEquals(List.of(0L, 1L, 0L, 2L), counted());
            }
            assertTrue(network.reachesRight());
        });
    }

    @Test
    void routeOfAnotherIsLeftAlone() throws Exception {
        network.here(() -> {
            LwtRoute route = LwtRoute.attach(loaded.program("send"), toRight());
            KernelException e = assertThrows(KernelException.class,
                    () -> LwtRoute.attach(loaded.program("stop"), toRight()));
            assertEquals(List.of(Step.ATTACH, "EEXIST"), List.of(e.step(), e.errnoName()));
            TestNetwork.removeRoute(TestNetwork.RIGHT);
            try (LwtRoute _ = LwtRoute.attach(loaded.program("stop"), toRight())) {
                route.detach();
                route.close();
                assertFalse(network.reachesRight());
            }
            assertTrue(network.reachesRight());
        });
    }

    /** The kernel deletes and replaces routes of IPv6 whatever program they have. */
    @Test
    void routeOfAnotherIsLeftAloneAlsoWithIpv6() throws Exception {
        network.here(() -> {
            LwtOptions options = to("2001:db8::1", 128, TestNetwork.HERE);
            LwtRoute route = LwtRoute.attach(loaded.program("send"), options);
            route.update(loaded.program("send"));
            TestNetwork.removeRoute("2001:db8::1");
            assertEquals("ENOENT", assertThrows(KernelException.class,
                    () -> route.update(loaded.program("send"))).errnoName());
            try (LwtRoute other = LwtRoute.attach(loaded.program("stop"), options)) {
                KernelException e = assertThrows(KernelException.class, () -> route.update(loaded.program("send")));
                assertTrue(e.advice().contains("another's program"), e::getMessage);
                route.detach();
                other.update(loaded.program("send"));
                other.detach();
            }
            LwtRoute.attach(loaded.program("stop"), options).close();
        });
    }

    /** One program in two routes that differ by their metric alone. */
    @Test
    void routesOfTwoMetricsAreTwo() throws Exception {
        network.here(() -> {
            for (LwtOptions usual : List.of(toRight(), to("2001:db8:0:8000::", 49, TestNetwork.HERE))) {
                LwtRoute.attach(loaded.program("stop"), usual.withMetric(7)).leave();
                LwtRoute first = LwtRoute.attach(loaded.program("stop"), usual);
                first.close();
                LwtRoute.attach(loaded.program("stop"), usual).close();
                assertThrows(KernelException.class,
                        () -> LwtRoute.attach(loaded.program("stop"), usual.withMetric(7)));
            }
        });
    }

    @Test
    void routeOutlivesItsObjectAndEndsWithItsInterface() throws Exception {
        network.here(() -> {
            LwtRoute route;
            try (LoadedObject other = BpfObject.read(Fixtures.object("attach_lwt-el.o")).load()) {
                route = LwtRoute.attach(other.program("stop"), toRight());
            }
            assertFalse(network.reachesRight());
            TestNetwork.remove(NetInterface.named(TestNetwork.HERE));
            route.detach();
            route.close();
        });
    }

    @Test
    void routesToTheOtherFamilyAndOtherProgramsAreToldApart() throws Exception {
        network.here(() -> {
            LwtOptions other = to("2001:db8::", 32, TestNetwork.HERE).withHeadroomBytes(64);
            LwtRoute.attach(loaded.program("leave"), other).close();
            long before = TestSockets.open();
            KernelException e = assertThrows(KernelException.class,
                    () -> LwtRoute.attach(loaded.program("leave"), to("10.78.0.1", 24, TestNetwork.HERE)));
            assertTrue(e.advice().startsWith("the kernel says: "), e::getMessage);
            try (LwtRoute route = LwtRoute.attach(loaded.program("send"), toRight());
                    LoadedObject filters = BpfObject.read(Fixtures.object("attach_socket-el.o")).load()) {
                for (var program : List.of(filters.program("shorten"), loaded.program("leave"))) {
                    assertEquals(Step.REPLACE, assertThrows(KernelException.class, () -> route.update(program)).step());
                }
                e = assertThrows(KernelException.class, () -> LwtRoute.attach(filters.program("shorten"), toRight()));
                assertTrue(e.advice().contains("BPF_PROG_TYPE_SOCKET_FILTER"), e::getMessage);
            }
            assertEquals(before, TestSockets.open());
        });
    }

    @Test
    void optionsAreChecked() throws Exception {
        network.here(() -> {
            LwtOptions options = toRight();
            assertThrows(IllegalArgumentException.class, () -> to(TestNetwork.RIGHT, 33, TestNetwork.HERE));
            assertThrows(IllegalArgumentException.class, () -> options.withHeadroomBytes(257));
            assertThrows(IllegalArgumentException.class, () -> options.withGateway(InetAddress.getByName("::1")));
        });
    }
}
