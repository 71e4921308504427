package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.NoDescriptorsLeft;
import bpf4j.object.AttachType;
import bpf4j.object.BpfObject;
import bpf4j.sys.Fd;
import bpf4j.sys.Socket;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.Patience;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Programs of a network namespace: connections steered to another port, packets dissected. */
@KernelTest
class NetnsKernelTest {

    private static final int STEERED_PORT = 7001;
    private static final int STEERED = 0;
    private static final int DISSECTED = 1;
    private static final int HASHED = 2;

    @RegisterExtension
    private final NoDescriptorsLeft descriptors = new NoDescriptorsLeft();

    private LoadedObject loaded;
    private PacketCounts counts;

    @BeforeEach
    void open() throws Exception {
        loaded = BpfObject.read(Fixtures.object("attach_netns-el.o")).load();
        counts = PacketCounts.of(loaded);
    }

    @AfterEach
    void close() {
        loaded.close();
    }

    /** Connects in the calling thread's namespace. {@return whether somebody took it} */
    private static boolean connects(int port) throws IOException {
        try (java.net.Socket client = new java.net.Socket()) {
            client.connect(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 5000);
            return true;
        } catch (ConnectException e) {
            return false;
        }
    }

    @Test
    void connectionGoesToTheListenerOfAnotherPort() throws Exception {
        try (NetworkNamespace namespace = TestNetwork.withLoopback()) {
            TestNetwork.in(namespace, () -> {
                try (Fd listener = TestSockets.listening(Socket.SOCK_STREAM, STEERED_PORT + 1)) {
                    put(loaded.map("listener"), 0, listener);
                    assertEquals(List.of(false, true), List.of(connects(STEERED_PORT), connects(STEERED_PORT + 1)));
                    try (NetnsLink link = NetnsLink.attach(loaded.program("steer"), namespace)) {
                        assertInstanceOf(LinkInfo.Details.NetworkNamespace.class, link.info().details());
                        assertTrue(connects(STEERED_PORT));
                        assertEquals(1, counts.get(STEERED));
                        assertEquals(List.of(loaded.program("steer").info().id()),
                                NetnsLink.query(namespace, AttachType.BPF_SK_LOOKUP).programIds());
                        link.detach();
                        assertEquals(false, connects(STEERED_PORT));
                    }
                    assertEquals(1, counts.get(STEERED));
                    assertEquals(List.of(), NetnsLink.query(namespace, AttachType.BPF_SK_LOOKUP).programIds());
                }
            });
        }
    }

    private static void put(LoadedMap map, int index, Fd socket) {
        map.update(ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder()).putInt(index).array(),
                ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder()).putLong(socket.number()).array(),
                LoadedMap.BPF_ANY);
    }

    @Test
    void packetsAreDissectedByTheProgram() throws Exception {
        try (TestNetwork network = TestNetwork.ofVeth()) {
            network.here(() -> {
                NetInterface here = NetInterface.named(TestNetwork.HERE);
                try (TcFilter _ = TcFilter.attach(loaded.program("hash"), here, TcDirection.INGRESS)) {
                    assertTrue(network.reachesLeft());
                    assertEquals(List.of(1L, 0L), List.of(counts.get(HASHED), counts.get(DISSECTED)));
                    try (NetnsLink link = NetnsLink.attach(loaded.program("dissect"), network.left())) {
                        assertTrue(network.reachesLeft());
                        long dissected = counts.get(DISSECTED);
                        assertNotEquals(0, dissected);
                        link.detach();
                        assertTrue(network.reachesLeft());
                        assertEquals(List.of(3L, dissected), List.of(counts.get(HASHED), counts.get(DISSECTED)));
                    }
                }
            });
        }
    }

    @Test
    void programFoundByItsIdIsAttachedByItsType() throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.create();
                LoadedProgram found = LoadedProgram.ofId(loaded.program("steer").info().id());
                NetnsLink _ = NetnsLink.attach(found, namespace)) {
            assertEquals(List.of(found.info().id()),
                    NetnsLink.query(namespace, AttachType.BPF_SK_LOOKUP).programIds());
        }
    }

    @Test
    void namespaceTakesOneDissector() throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.create();
                NetnsLink link = NetnsLink.attach(loaded.program("dissect"), namespace)) {
            KernelException e = assertThrows(KernelException.class,
                    () -> NetnsLink.attach(loaded.program("dissect"), namespace));
            assertEquals(List.of("E2BIG", "a network namespace takes one of these programs"),
                    List.of(e.errnoName(), e.advice()));
            link.update(loaded.program("dissect"));
        }
    }

    @Test
    void namespaceThatGoesIsTheEnd() throws Exception {
        NetnsLink link;
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            link = NetnsLink.attach(loaded.program("steer"), namespace);
        }
        try (link) {
            assertTrue(Patience.until(() -> !updates(link)));
        }
    }

    private boolean updates(NetnsLink link) {
        try {
            link.update(loaded.program("steer"));
            return true;
        } catch (KernelException e) {
            assertEquals("ENOLINK", e.errnoName());
            return false;
        }
    }

    @Test
    void whatIsNoNamespaceIsRefused() {
        assertEquals("ENOENT", assertThrows(KernelException.class,
                () -> NetworkNamespace.open(Path.of("/run/netns/no-such-namespace"))).errnoName());
        try (NetworkNamespace none = NetworkNamespace.open(Path.of("/proc/self/ns/uts"))) {
            KernelException e = assertThrows(KernelException.class,
                    () -> NetnsLink.attach(loaded.program("steer"), none));
            assertTrue(e.advice().contains("no network namespace"), e::getMessage);
            assertEquals("EINVAL", assertThrows(KernelException.class, () -> none.call(() -> 0)).errnoName());
        }
    }
}
