package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.sys.CallBuffer;
import bpf4j.sys.Errno;
import bpf4j.sys.Fd;
import bpf4j.sys.Socket;
import bpf4j.sys.Syscall;
import bpf4j.testdata.Patience;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Sockets with a number that the test knows, on the loopback interface of the calling thread's namespace. */
final class TestSockets {

    private static final int SOL_SOCKET = 1;
    private static final int SO_REUSEPORT = 15;
    private static final int BACKLOG = 8;
    private static final int SOCKADDR_IN_BYTES = 16;

    private TestSockets() {
    }

    /** {@return how many sockets this process has open} */
    static long open() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.filter(TestSockets::isSocket).count();
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException e) {
            // Closed in the meantime, as the one of the listing itself.
            return false;
        }
    }

    /** {@return a socket that is bound to the port and, if it is one of streams, listens} */
    static Fd listening(int type, int port) {
        Fd socket = Fd.owning(Socket.open(Socket.AF_INET, type, 0), "socket of a test");
        try (var buffer = CallBuffer.acquire()) {
            Syscall.setsockopt(socket.number(), SOL_SOCKET, SO_REUSEPORT, buffer.allocateFrom(ValueLayout.JAVA_INT, 1));
            assertEquals(0, Socket.bind(socket.number(), loopback(port, buffer)));
            if (type == Socket.SOCK_STREAM) {
                assertEquals(0, Socket.listen(socket.number(), BACKLOG));
            }
        }
        return socket;
    }

    private static MemorySegment loopback(int port, CallBuffer buffer) {
        MemorySegment address = buffer.allocate(SOCKADDR_IN_BYTES, Integer.BYTES);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) Socket.AF_INET);
        // Port and address in the byte order of the network.
        byte[] rest = ByteBuffer.allocate(6).putShort((short) port).put(new byte[] {127, 0, 0, 1}).array();
        MemorySegment.copy(rest, 0, address, ValueLayout.JAVA_BYTE, 2, rest.length);
        return address;
    }

    /** Sends bytes to a port; a program may stop them on their way out. */
    static void send(int port, byte[] bytes) {
        try (var buffer = CallBuffer.acquire();
                Fd socket = Fd.owning(Socket.open(Socket.AF_INET, Socket.SOCK_DGRAM, 0), "sender of a test")) {
            long sent = Socket.send(socket.number(), buffer.allocateFrom(ValueLayout.JAVA_BYTE, bytes), 0,
                    loopback(port, buffer));
            assertTrue(sent == bytes.length || sent == -Errno.EPERM.number(), () -> "sent: " + sent);
        }
    }

    /** {@return the size of the datagram that is there, -1 if there is none yet} */
    static long received(Fd socket) {
        try (var buffer = CallBuffer.acquire()) {
            long size = Socket.receive(socket.number(), buffer.allocate(64, 1), Socket.MSG_DONTWAIT, MemorySegment.NULL,
                    MemorySegment.NULL);
            assertTrue(size >= 0 || size == -Errno.EAGAIN.number());
            return size < 0 ? -1 : size;
        }
    }

    /** {@return the size of the datagram that is to come, -1 if it does not} */
    static long awaited(Fd socket) throws InterruptedException {
        long[] size = new long[1];
        Patience.until(() -> (size[0] = received(socket)) >= 0);
        return size[0];
    }
}
