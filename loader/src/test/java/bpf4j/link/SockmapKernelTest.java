package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.NoDescriptorsLeft;
import bpf4j.object.AttachType;
import bpf4j.object.BpfObject;
import bpf4j.sys.Errno;
import bpf4j.sys.Socket;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Programs of sockmaps: what goes through a socket that is in the map is dropped while they are attached. */
@KernelTest
class SockmapKernelTest {

    private static final int PORT = 7000;
    private static final int REFUSED = -Errno.EACCES.number();
    private static final int NOTHING = -Errno.EAGAIN.number();
    private static final int ARRIVED = 0;
    private static final byte[] KEY = new byte[Integer.BYTES];

    @RegisterExtension
    private final NoDescriptorsLeft descriptors = new NoDescriptorsLeft();

    private interface Check {
        void on(LoadedObject loaded, LoadedMap sockets) throws Exception;
    }

    private static void check(Check check) throws Exception {
        try (NetworkNamespace namespace = TestNetwork.withLoopback();
                LoadedObject loaded = BpfObject.read(Fixtures.object("attach_sockmap-el.o")).load()) {
            TestNetwork.in(namespace, () -> check.on(loaded, loaded.map("sockets")));
        }
    }

    private static List<Long> counted(LoadedObject loaded) {
        PacketCounts counts = PacketCounts.of(loaded);
        return LongStream.range(0, 4).map(i -> counts.get((int) i)).boxed().toList();
    }

    /** A connection of which one end is in the map. */
    private static final class Connection implements AutoCloseable {

        private final Endpoint listener = Endpoint.of(Endpoint.AF_INET, Socket.SOCK_STREAM).listening(PORT);
        private final Endpoint client = Endpoint.of(Endpoint.AF_INET, Socket.SOCK_STREAM);
        private final Endpoint server;

        Connection(LoadedMap sockets, boolean ofSender) {
            assertEquals(0, client.connect(PORT));
            server = listener.accept();
            sockets.update(KEY, ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder())
                    .putInt((ofSender ? client : server).number()).array(), LoadedMap.BPF_ANY);
        }

        /** Sends a byte. {@return 0 if it arrives, or a negated errno} */
        int send() throws InterruptedException {
            long sent = client.send(PORT);
            return sent < 0 ? (int) sent : server.sender();
        }

        @Override
        public void close() {
            server.close();
            client.close();
            listener.close();
        }
    }

    private static int sent(LoadedMap sockets, boolean ofSender) throws InterruptedException {
        try (Connection connection = new Connection(sockets, ofSender)) {
            return connection.send();
        }
    }

    @ParameterizedTest
    @CsvSource({"message, BPF_SK_MSG_VERDICT, 0", "verdict, BPF_SK_SKB_VERDICT, 1"})
    void programDropsWhileItIsAttached(String program, AttachType type, int number) throws Exception {
        boolean ofSender = type == AttachType.BPF_SK_MSG_VERDICT;
        check((loaded, sockets) -> {
            assertEquals(ARRIVED, sent(sockets, ofSender));
            try (Link link = SockmapLink.attach(loaded.program(program), sockets)) {
                assertEquals(List.of(loaded.program(program).info().id()),
                        SockmapLink.query(sockets, type).programIds());
                assertEquals(ofSender ? REFUSED : NOTHING, sent(sockets, ofSender));
                assertEquals(1, counted(loaded).get(number));
                link.detach();
                assertEquals(List.of(), SockmapLink.query(sockets, type).programIds());
                assertEquals(ARRIVED, sent(sockets, ofSender));
                assertEquals(1, counted(loaded).get(number));
            }
        });
    }

    @Test
    void parserFindsWhatTheVerdictIsAbout() throws Exception {
        check((loaded, sockets) -> {
            try (Link _ = SockmapLink.attach(loaded.program("stream_parser"), sockets);
                    Link _ = SockmapLink.attach(loaded.program("stream_verdict"), sockets)) {
                assertEquals(NOTHING, sent(sockets, false));
                List<Long> counted = counted(loaded);
                assertTrue(counted.get(2) == 1 && counted.get(3) >= 1, counted::toString);
            }
            List<Long> before = counted(loaded);
            assertEquals(ARRIVED, sent(sockets, false));
            assertEquals(before, counted(loaded));
        });
    }

    /** A link is to the map: a socket takes its programs along. */
    @Test
    void socketKeepsItsProgramUntilItIsTakenOut() throws Exception {
        check((loaded, sockets) -> {
            Link link = SockmapLink.attach(loaded.program("message"), sockets);
            try (Connection connection = new Connection(sockets, true)) {
                link.close();
                assertEquals(REFUSED, connection.send());
                sockets.delete(KEY);
                assertEquals(ARRIVED, connection.send());
            }
        });
    }
}
