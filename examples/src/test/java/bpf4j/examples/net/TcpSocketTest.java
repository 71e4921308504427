package bpf4j.examples.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@EnabledOnOs(OS.LINUX)
class TcpSocketTest {

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void bytesArriveAndAreCounted(String host) throws IOException {
        InetAddress address = InetAddress.getByName(host);
        try (TcpSocket listener = TcpSocket.open(address);
                TcpSocket client = TcpSocket.open(address);
                Arena arena = Arena.ofConfined()) {
            InetSocketAddress meeting = listener.listen(address);
            assertEquals(address, meeting.getAddress());
            client.connect(meeting);
            try (TcpSocket server = listener.accept()) {
                client.send(arena.allocateFrom("hello"));
                MemorySegment got = arena.allocate(64);
                assertEquals(6, server.receive(got));
                assertEquals("hello", got.getString(0));
                assertEquals(1, client.info().dataSegmentsOut());
                assertEquals(0, client.info().dataSegmentsIn());
                assertEquals(1, server.info().dataSegmentsIn());
            }
        }
    }

    @Test
    void theEndOfTheOtherSideIsNoBytes() throws IOException {
        InetAddress address = InetAddress.getLoopbackAddress();
        try (TcpSocket listener = TcpSocket.open(address);
                Arena arena = Arena.ofConfined()) {
            InetSocketAddress meeting = listener.listen(address);
            try (TcpSocket client = TcpSocket.open(address)) {
                client.connect(meeting);
            }
            try (TcpSocket server = listener.accept()) {
                assertEquals(0, server.receive(arena.allocate(64)));
            }
        }
    }

    @Test
    void theCongestionControlThatWasChosenIsReadBackAndInherited() throws IOException {
        InetAddress address = InetAddress.getLoopbackAddress();
        try (TcpSocket listener = TcpSocket.open(address);
                TcpSocket client = TcpSocket.open(address)) {
            listener.setCongestionControl("reno");
            client.connect(listener.listen(address));
            try (TcpSocket server = listener.accept()) {
                assertEquals("reno", server.congestionControl());
            }
        }
    }

    @Test
    void anUnknownCongestionControlIsRefusedByName() throws IOException {
        try (TcpSocket socket = TcpSocket.open(InetAddress.getLoopbackAddress())) {
            IOException refusal = assertThrows(IOException.class, () -> socket.setCongestionControl("no_such_control"));
            assertEquals("setsockopt(TCP_CONGESTION, no_such_control): No such file or directory (errno 2)",
                    refusal.getMessage());
        }
    }

    @Test
    void aRefusedConnectionSaysWhere() throws IOException {
        InetAddress address = InetAddress.getLoopbackAddress();
        InetSocketAddress free;
        try (TcpSocket listener = TcpSocket.open(address)) {
            free = listener.listen(address);
        }
        try (TcpSocket socket = TcpSocket.open(address)) {
            String message = assertThrows(IOException.class, () -> socket.connect(free)).getMessage();
            assertTrue(message.contains(free.toString()) && message.contains("errno 111"), message);
        }
    }

    @Test
    void anInterruptEndsWaiting() throws IOException {
        InetAddress address = InetAddress.getLoopbackAddress();
        try (TcpSocket listener = TcpSocket.open(address)) {
            listener.listen(address);
            Thread.currentThread().interrupt();
            assertThrows(InterruptedIOException.class, listener::accept);
        } finally {
            assertTrue(Thread.interrupted());
        }
    }
}
