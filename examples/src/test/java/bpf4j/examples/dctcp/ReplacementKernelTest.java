package bpf4j.examples.dctcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.examples.LeftBehind;
import bpf4j.examples.net.TcpSocket;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedObject;
import bpf4j.link.StructOpsLink;
import bpf4j.object.BpfObject;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.KernelVersion;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A congestion control takes the place of another of its name while a connection uses that. */
@KernelTest
@Timeout(300)
class ReplacementKernelTest {

    private static final String NAME = "bpf4j_swap";
    private static final int ROUNDS = 20;

    /** Two ends of a connection in this process. */
    private record Connection(TcpSocket sender, TcpSocket receiver) implements AutoCloseable {

        static Connection open(TcpSocket listening, InetSocketAddress address) throws IOException {
            TcpSocket sender = TcpSocket.open(address.getAddress());
            sender.setCongestionControl(NAME);
            sender.connect(address);
            return new Connection(sender, listening.accept());
        }

        /** Sends and receives, in turn, so that acknowledgements come. */
        void use() throws IOException {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment bytes = arena.allocate(512);
                for (int i = 0; i < ROUNDS; i++) {
                    bytes.fill((byte) i);
                    sender.send(bytes);
                    for (int received = 0; received < bytes.byteSize();) {
                        int count = receiver.receive(bytes);
                        assertTrue(count > 0, "the connection is there");
                        received += count;
                    }
                    assertEquals(i, bytes.get(ValueLayout.JAVA_BYTE, 0));
                }
            }
        }

        @Override
        public void close() throws IOException {
            sender.close();
            receiver.close();
        }
    }

    private static long calls(LoadedObject loaded, String which) {
        return loaded.variable(which + "_calls").getLong();
    }

    @Test
    void newConnectionsGetTheNewOneAndOldOnesGoOn() throws IOException, InterruptedException {
        KernelVersion.assumeAtLeast(6, 4, "links of struct_ops");
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        try (LoadedObject loaded = BpfObject.read(Fixtures.object("struct_ops_replace-el.o")).load();
                StructOpsLink link = (StructOpsLink) loaded.structOps("first").attach();
                TcpSocket listening = TcpSocket.open(loopback)) {
            InetSocketAddress address = listening.listen(loopback);
            try (Connection before = Connection.open(listening, address)) {
                before.use();
                assertTrue(calls(loaded, "first") > 0);
                assertEquals(0, calls(loaded, "second"));

                link.update(loaded.structOps("second"));
                long first = calls(loaded, "first");
                before.use();
                assertEquals(NAME, before.sender().congestionControl());
                assertTrue(calls(loaded, "first") > first);
                assertEquals(0, calls(loaded, "second"));
                try (Connection after = Connection.open(listening, address)) {
                    first = calls(loaded, "first");
                    after.use();
                    assertEquals(first, calls(loaded, "first"));
                    assertTrue(calls(loaded, "second") > 0);
                }

                link.update(loaded.structOps("first"));
                long second = calls(loaded, "second");
                try (Connection again = Connection.open(listening, address)) {
                    again.use();
                    assertEquals(second, calls(loaded, "second"));
                }
                KernelException e = assertThrows(KernelException.class, () -> link.update(loaded.structOps("renamed")));
                assertTrue(e.advice().contains("keeps its name"), e::getMessage);
                link.detach();
                before.use();
            }
        }
        LeftBehind.assertNoCongestionControl(NAME);
    }
}
