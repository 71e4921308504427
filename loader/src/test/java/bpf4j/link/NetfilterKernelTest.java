package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.Descriptors;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedObject;
import bpf4j.link.NetfilterOptions.Family;
import bpf4j.link.NetfilterOptions.Hook;
import bpf4j.object.BpfObject;
import bpf4j.sys.Fd;
import bpf4j.sys.Socket;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.KernelVersion;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Netfilter programs in a namespace of their own: what they stop does not arrive on loopback. */
@KernelTest
class NetfilterKernelTest {

    private static final int STOPPED = 0;
    private static final int ACCEPTED = 1;
    private static final int SENT_BYTES = 10;

    /** Something that runs in a namespace with a loopback interface. */
    private interface Check {
        void on(LoadedObject loaded, PacketCounts counts, Fd receiver) throws Exception;
    }

    private static void check(Check check) throws Exception {
        KernelVersion.assumeAtLeast(6, 4, "netfilter links");
        try (Descriptors _ = new Descriptors(); NetworkNamespace namespace = TestNetwork.withLoopback();
                LoadedObject loaded = BpfObject.read(Fixtures.object("attach_netfilter-el.o")).load()) {
            TestNetwork.in(namespace, () -> {
                try (Fd receiver = TestSockets.listening(Socket.SOCK_DGRAM, TestNetwork.TEST_PORT)) {
                    check.on(loaded, PacketCounts.of(loaded), receiver);
                }
            });
        }
    }

    private static void assertArrives(Fd receiver) throws InterruptedException {
        TestSockets.send(TestNetwork.TEST_PORT, new byte[SENT_BYTES]);
        assertEquals(SENT_BYTES, TestSockets.awaited(receiver));
    }

    /** What the program has counted and stopped does not come any more. */
    private static void assertStopped(Fd receiver, PacketCounts counts) throws InterruptedException {
        long before = counts.get(STOPPED);
        TestSockets.send(TestNetwork.TEST_PORT, new byte[SENT_BYTES]);
        counts.await(STOPPED, before + 1);
        assertEquals(-1, TestSockets.received(receiver));
    }

    @ParameterizedTest
    @EnumSource(names = {"NF_INET_PRE_ROUTING", "NF_INET_LOCAL_IN", "NF_INET_POST_ROUTING"})
    void stopsPacketsAtItsHook(Hook hook) throws Exception {
        check((loaded, counts, receiver) -> {
            assertArrives(receiver);
            try (NetfilterLink link =
                    NetfilterLink.attach(loaded.program("stop"), NetfilterOptions.at(Family.NFPROTO_IPV4, hook))) {
                assertStopped(receiver, counts);
                link.detach();
                assertArrives(receiver);
            }
            assertEquals(1, counts.get(STOPPED));
        });
    }

    @Test
    void otherFamilyAndOtherHookDoNotSeeThem() throws Exception {
        check((loaded, counts, receiver) -> {
            try (NetfilterLink _ = NetfilterLink.attach(loaded.program("stop"),
                    NetfilterOptions.at(Family.NFPROTO_IPV6, Hook.NF_INET_LOCAL_IN));
                    NetfilterLink _ = NetfilterLink.attach(loaded.program("stop"),
                            NetfilterOptions.at(Family.NFPROTO_IPV4, Hook.NF_INET_FORWARD))) {
                assertArrives(receiver);
                assertEquals(0, counts.get(STOPPED));
            }
        });
    }

    @Test
    void lowerPriorityIsFirst() throws Exception {
        check((loaded, counts, receiver) -> {
            NetfilterOptions options = NetfilterOptions.at(Family.NFPROTO_IPV4, Hook.NF_INET_LOCAL_IN);
            try (NetfilterLink _ = NetfilterLink.attach(loaded.program("stop"), options.withPriority(5))) {
                try (NetfilterLink link = NetfilterLink.attach(loaded.program("accept"), options.withPriority(6))) {
                    assertEquals(new LinkInfo.Details.Netfilter(2, 1, 6, 0), link.info().details());
                    assertStopped(receiver, counts);
                    assertEquals(0, counts.get(ACCEPTED));
                }
                try (NetfilterLink _ = NetfilterLink.attach(loaded.program("accept"), options.withPriority(4))) {
                    assertStopped(receiver, counts);
                    assertEquals(1, counts.get(ACCEPTED));
                }
            }
        });
    }

    @Test
    void refusalsSayWhy() throws Exception {
        check((loaded, _, _) -> {
            NetfilterOptions options = NetfilterOptions.at(Family.NFPROTO_IPV4, Hook.NF_INET_LOCAL_IN);
            try (NetfilterLink link = NetfilterLink.attach(loaded.program("accept"), options)) {
                KernelException taken = assertThrows(KernelException.class,
                        () -> NetfilterLink.attach(loaded.program("stop"), options));
                assertEquals(List.of("EBUSY", "another BPF program has this priority"),
                        List.of(taken.errnoName(), taken.advice()));
                assertTrue(assertThrows(KernelException.class, () -> link.update(loaded.program("stop"))).advice()
                        .contains("cannot be replaced"));
            }
            for (NetfilterOptions refused : List.of(options.withPriority(Integer.MIN_VALUE),
                    options.withPriority(Integer.MAX_VALUE), options.withPriority(-400).withDefragment(true))) {
                assertThrows(KernelException.class, () -> NetfilterLink.attach(loaded.program("stop"), refused));
            }
        });
    }

    @Test
    void packetsArePutTogether() throws Exception {
        KernelVersion.assumeAtLeast(6, 6, "defragmentation for netfilter links");
        check((loaded, counts, receiver) -> {
            try (NetfilterLink _ = NetfilterLink.attach(loaded.program("accept"),
                    NetfilterOptions.at(Family.NFPROTO_IPV4, Hook.NF_INET_LOCAL_IN).withDefragment(true))) {
                assertArrives(receiver);
                assertEquals(1, counts.get(ACCEPTED));
            }
        });
    }
}
