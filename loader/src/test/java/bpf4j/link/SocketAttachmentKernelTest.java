package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.Descriptors;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.Step;
import bpf4j.map.SocketMap;
import bpf4j.object.BpfObject;
import bpf4j.sys.Fd;
import bpf4j.sys.Socket;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.Patience;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Programs of sockets: filters, and one that chooses among the sockets of a port. */
@KernelTest
class SocketAttachmentKernelTest {

    private static final int PORT = 7100;
    private static final int SENT_BYTES = 10;
    private static final int KEPT_BYTES = 4;
    private static final int SHORTENED = 0;
    private static final int SWALLOWED = 1;
    private static final int CHOSEN = 2;

    /** Something that runs in a namespace with a loopback interface. */
    private interface Check {
        void on(LoadedObject loaded, PacketCounts counts) throws Exception;
    }

    private static void check(Check check) throws Exception {
        try (Descriptors _ = new Descriptors(); NetworkNamespace namespace = TestNetwork.withLoopback();
                LoadedObject loaded = BpfObject.read(Fixtures.object("attach_socket-el.o")).load()) {
            TestNetwork.in(namespace, () -> check.on(loaded, PacketCounts.of(loaded)));
        }
    }

    private static long sent(Fd receiver) throws InterruptedException {
        TestSockets.send(PORT, new byte[SENT_BYTES]);
        return TestSockets.awaited(receiver);
    }

    /** What the filter has counted and swallowed does not come any more. */
    private static void assertSwallowed(Fd receiver, PacketCounts counts) throws InterruptedException {
        long before = counts.get(SWALLOWED);
        TestSockets.send(PORT, new byte[SENT_BYTES]);
        counts.await(SWALLOWED, before + 1);
        assertEquals(-1, TestSockets.received(receiver));
    }

    @Test
    void filterShortensWhatIsReceived() throws Exception {
        check((loaded, counts) -> {
            try (Fd socket = TestSockets.listening(Socket.SOCK_DGRAM, PORT)) {
                assertEquals(SENT_BYTES, sent(socket));
                try (SocketFilter filter = SocketFilter.attach(loaded.program("shorten"), socket.number())) {
                    assertEquals(KEPT_BYTES, sent(socket));
                    filter.update(loaded.program("swallow"));
                    assertSwallowed(socket, counts);
                    filter.detach();
                    filter.detach();
                    assertEquals(SENT_BYTES, sent(socket));
                }
                assertEquals(List.of(1L, 1L), List.of(counts.get(SHORTENED), counts.get(SWALLOWED)));
                SocketFilter.attach(loaded.program("swallow"), socket.number()).close();
                assertEquals(SENT_BYTES, sent(socket));
            }
        });
    }

    @Test
    void filterOutlivesItsObject() throws Exception {
        check((_, _) -> {
            try (Fd socket = TestSockets.listening(Socket.SOCK_DGRAM, PORT)) {
                SocketFilter filter;
                try (LoadedObject other = BpfObject.read(Fixtures.object("attach_socket-el.o")).load()) {
                    filter = SocketFilter.attach(other.program("shorten"), socket.number());
                }
                assertEquals(KEPT_BYTES, sent(socket));
                filter.close();
                assertEquals(SENT_BYTES, sent(socket));
            }
        });
    }

    /** The number of a closed socket is the next one's. */
    @Test
    void anotherSocketOfTheNumberIsLeftAlone() throws Exception {
        check((loaded, counts) -> {
            Fd socket = TestSockets.listening(Socket.SOCK_DGRAM, PORT);
            int number = socket.number();
            SocketFilter stale = SocketFilter.attach(loaded.program("shorten"), number);
            socket.close();
            try (Fd next = TestSockets.listening(Socket.SOCK_DGRAM, PORT)) {
                assertEquals(number, next.number());
                SocketFilter filter = SocketFilter.attach(loaded.program("swallow"), number);
                assertEquals("EBADF", assertThrows(KernelException.class,
                        () -> stale.update(loaded.program("shorten"))).errnoName());
                stale.detach();
                stale.close();
                assertSwallowed(next, counts);
                filter.close();
            }
        });
    }

    @Test
    void whatIsNoSocketIsRefused() throws Exception {
        check((loaded, _) -> {
            KernelException e = assertThrows(KernelException.class,
                    () -> SocketFilter.attach(loaded.program("shorten"), loaded.program("shorten").fd()));
            assertEquals(List.of(Step.ATTACH, "ENOTSOCK"), List.of(e.step(), e.errnoName()));
            assertEquals("EBADF", assertThrows(KernelException.class,
                    () -> ReuseportProgram.attach(loaded.program("choose"), -1)).errnoName());
            try (Fd socket = TestSockets.listening(Socket.SOCK_DGRAM, PORT);
                    SocketFilter filter = SocketFilter.attach(loaded.program("shorten"), socket.number())) {
                assertEquals(Step.PIN, assertThrows(KernelException.class,
                        () -> filter.pin(Path.of("/nowhere"))).step());
                assertThrows(KernelException.class,
                        () -> SocketFilter.attach(loaded.program("choose"), socket.number()));
            }
        });
    }

    @Test
    void programChoosesTheSocket() throws Exception {
        check((loaded, counts) -> {
            try (Fd first = TestSockets.listening(Socket.SOCK_DGRAM, PORT);
                    Fd second = TestSockets.listening(Socket.SOCK_DGRAM, PORT)) {
                SocketMap<Integer> group = SocketMap.of(loaded.map("group"), Integer.class);
                group.put(0, first.number());
                group.put(1, second.number(), LoadedMap.BPF_NOEXIST);
                try (ReuseportProgram program = ReuseportProgram.attach(loaded.program("choose"), first.number())) {
                    for (int i = 0; i < 32; i++) {
                        assertEquals(SENT_BYTES, sent(second));
                        assertEquals(-1, TestSockets.received(first));
                    }
                    assertEquals(32, counts.get(CHOSEN));
                    program.detach();
                    assertTrue(reachesBoth(first, second), "the hash of 64 senders' ports is the same");
                }
                assertEquals(32, counts.get(CHOSEN));
            }
        });
    }

    /** Without a program the kernel chooses by a hash of the addresses and ports. */
    private static boolean reachesBoth(Fd first, Fd second) throws InterruptedException {
        boolean[] reached = new boolean[2];
        for (int i = 0; i < 64; i++) {
            TestSockets.send(PORT, new byte[SENT_BYTES]);
        }
        return Patience.until(() -> {
            reached[0] |= TestSockets.received(first) > 0;
            reached[1] |= TestSockets.received(second) > 0;
            return reached[0] && reached[1];
        });
    }

    /** The map has one socket of a group at one place only, and not longer than it is open. */
    @Test
    void socketsOfAGroupLeaveWhenTheyAreClosed() throws Exception {
        check((loaded, counts) -> {
            SocketMap<Integer> group = SocketMap.of(loaded.map("group"), Integer.class);
            assertEquals(OptionalLong.empty(), group.cookie(1));
            try (Fd first = TestSockets.listening(Socket.SOCK_DGRAM, PORT);
                    ReuseportProgram _ = ReuseportProgram.attach(loaded.program("choose"), first.number())) {
                try (Fd second = TestSockets.listening(Socket.SOCK_DGRAM, PORT)) {
                    group.put(1, second.number());
                    assertTrue(group.cookie(1).isPresent());
                    assertEquals(SENT_BYTES, sent(second));
                    assertEquals("EBUSY", assertThrows(KernelException.class,
                            () -> group.put(0, second.number())).errnoName());
                }
                assertEquals(OptionalLong.empty(), group.cookie(1));
                assertEquals(SENT_BYTES, sent(first), "nothing is chosen, and the kernel chooses");
                group.put(1, first.number());
                assertTrue(group.delete(1));
                assertFalse(group.delete(1));
                assertEquals(List.of(0, 1), group.keys().toList());
                assertEquals(2, counts.get(CHOSEN));
            }
            try (Fd single = Fd.owning(Socket.open(Socket.AF_INET, Socket.SOCK_DGRAM, 0), "socket of a test")) {
                assertEquals("EINVAL", assertThrows(KernelException.class,
                        () -> group.put(0, single.number())).errnoName());
            }
        });
    }

    @Test
    void socketWithoutReuseportIsRefused() throws Exception {
        check((loaded, _) -> {
            try (Fd socket = Fd.owning(Socket.open(Socket.AF_INET, Socket.SOCK_DGRAM, 0), "socket of a test")) {
                KernelException e = assertThrows(KernelException.class,
                        () -> ReuseportProgram.attach(loaded.program("choose"), socket.number()));
                assertEquals("EINVAL", e.errnoName());
                assertTrue(e.advice().contains("SO_REUSEPORT"), e::getMessage);
            }
        });
    }
}
