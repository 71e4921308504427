package bpf4j.link;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import bpf4j.sys.CallBuffer;
import bpf4j.sys.Errno;
import bpf4j.sys.Fd;
import bpf4j.sys.Socket;
import bpf4j.sys.Syscall;
import bpf4j.testdata.Patience;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/**
 * A socket as C programs have it: each call is one of the system's, at that time, and its result one of the kernel's.
 * Addresses are those of the loopback interface unless given. Numbers below 0 are negated errnos.
 */
final class Endpoint implements AutoCloseable {

    static final int AF_UNIX = 1;
    static final int AF_INET = Socket.AF_INET;
    static final int AF_INET6 = 10;
    static final int SOL_SOCKET = 1;
    static final int SO_PRIORITY = 12;
    private static final int SO_REUSEADDR = 2;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_RTHDR = 57;
    private static final int SOCKADDR_BYTES = 110;
    private static final int UNIX_NAME_BYTES = 14;
    private static final int PORT_OFFSET_BYTES = 2;
    private static final int IPV6_BYTES = 28;
    private static final int IPV4_BYTES = 16;
    /** What arrives at all arrives much sooner. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final Linker.Option CAPTURE = Linker.Option.captureCallState("errno");
    private static final VarHandle ERRNO = Linker.Option.captureStateLayout()
            .varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle CONNECT = link("connect", JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle ACCEPT = link("accept", JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle GETSOCKNAME = link("getsockname", JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle GETPEERNAME = link("getpeername", JAVA_INT, ADDRESS, ADDRESS);

    private final int family;
    private final Fd fd;

    private Endpoint(int family, Fd fd) {
        this.family = family;
        this.fd = fd;
    }

    @SuppressWarnings("restricted")
    private static MethodHandle link(String name, MemoryLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(),
                FunctionDescriptor.of(JAVA_INT, arguments), CAPTURE);
    }

    /** {@return the descriptor of a new socket, which somebody has to close} */
    static int open(int family, int type) {
        return Socket.open(family, type, 0);
    }

    static Endpoint of(int family, int type) {
        return new Endpoint(family, Fd.owning(open(family, type), "socket of a test"));
    }

    private static InetAddress loopback(int family) {
        try {
            return InetAddress.getByName(family == AF_INET ? "127.0.0.1" : "::1");
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** {@return an address as the calls take it; that of a local socket is a name, with the port in it} */
    private MemorySegment address(InetAddress host, int port, CallBuffer buffer) {
        MemorySegment address = buffer.allocate(family == AF_INET6 ? IPV6_BYTES : IPV4_BYTES, Integer.BYTES);
        address.set(JAVA_SHORT, 0, (short) family);
        byte[] rest = switch (family) {
            // An abstract name begins with NUL and is known in this namespace only.
            case AF_UNIX -> Arrays.copyOf(("\0bpf4j-" + port).getBytes(StandardCharsets.US_ASCII), UNIX_NAME_BYTES);
            case AF_INET -> ByteBuffer.allocate(6).putShort((short) port).put(host.getAddress()).array();
            default -> ByteBuffer.allocate(22).putShort((short) port).putInt(0).put(host.getAddress()).array();
        };
        MemorySegment.copy(rest, 0, address, JAVA_BYTE, PORT_OFFSET_BYTES, rest.length);
        return address;
    }

    private MemorySegment address(int port, CallBuffer buffer) {
        return address(loopback(family), port, buffer);
    }

    int bind(int port) {
        try (var buffer = CallBuffer.acquire()) {
            return Socket.bind(fd.number(), address(port, buffer));
        }
    }

    Endpoint bound(int port) {
        expect(bind(port));
        return this;
    }

    Endpoint bound(InetAddress host, int port) {
        try (var buffer = CallBuffer.acquire()) {
            expect(Socket.bind(fd.number(), address(host, port, buffer)));
            return this;
        }
    }

    /** Sends what this socket sends by way of a segment of IPv6, behind which the receiver is the last one. */
    Endpoint byWayOf(InetAddress segment) {
        // struct ipv6_sr_hdr: next header, length behind 8 bytes in units of 8, type 4, segments left, the index of the
        // first, flags, tag; segments, the last one first, which the kernel fills in.
        byte[] header = ByteBuffer.allocate(40).put(new byte[] {0, 4, 4, 1, 1, 0, 0, 0}).put(new byte[16])
                .put(segment.getAddress()).array();
        try (var buffer = CallBuffer.acquire()) {
            expect(Syscall.setsockopt(fd.number(), IPPROTO_IPV6, IPV6_RTHDR, buffer.allocateFrom(JAVA_BYTE, header)));
            return this;
        }
    }

    /** Lets connections come, also while an earlier one of the port waits for its end. */
    Endpoint listening(int port) {
        try (var buffer = CallBuffer.acquire()) {
            expect(Syscall.setsockopt(fd.number(), SOL_SOCKET, SO_REUSEADDR, buffer.allocateFrom(JAVA_INT, 1)));
        }
        bound(port);
        expect(Socket.listen(fd.number(), 1));
        return this;
    }

    private static void expect(int status) {
        if (status < 0) {
            throw new AssertionError(Errno.name(-status));
        }
    }

    /** {@return the other end of a connection to this one, which listens} */
    Endpoint accept() {
        try (var buffer = CallBuffer.acquire()) {
            int accepted = call(buffer, state -> (int) ACCEPT.invokeExact(state, fd.number(), MemorySegment.NULL,
                    MemorySegment.NULL));
            return new Endpoint(family, Fd.owning(Fd.lift(accepted), "socket of a test"));
        }
    }

    int number() {
        return fd.number();
    }

    int connect(int port) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment address = address(port, buffer);
            return call(buffer, state -> (int) CONNECT.invokeExact(state, fd.number(), address,
                    (int) address.byteSize()));
        }
    }

    /** {@return the port of this end as the kernel tells it, 0 for local sockets} */
    int ownPort() {
        return port(GETSOCKNAME);
    }

    /** {@return the port of the other end as the kernel tells it, 0 for local sockets} */
    int peerPort() {
        return port(GETPEERNAME);
    }

    private int port(MethodHandle function) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment address = buffer.allocate(SOCKADDR_BYTES, Integer.BYTES);
            MemorySegment size = buffer.allocateFrom(JAVA_INT, SOCKADDR_BYTES);
            int status = call(buffer, state -> (int) function.invokeExact(state, fd.number(), address, size));
            return status < 0 ? status : portOf(address);
        }
    }

    private int portOf(MemorySegment address) {
        return family == AF_UNIX ? 0 : Short.toUnsignedInt(
                ByteBuffer.wrap(address.asSlice(PORT_OFFSET_BYTES, 2).toArray(JAVA_BYTE)).getShort());
    }

    private interface Call {
        int with(MemorySegment state) throws Throwable;
    }

    private static int call(CallBuffer buffer, Call call) {
        MemorySegment state = buffer.allocate(Linker.Option.captureStateLayout().byteSize(), Integer.BYTES);
        try {
            int result = call.with(state);
            return result < 0 ? -(int) ERRNO.get(state, 0L) : result;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Sends a datagram of one byte. {@return 1 or a negated errno} */
    long send(int port) {
        return send(loopback(family), port);
    }

    long send(InetAddress host, int port) {
        try (var buffer = CallBuffer.acquire()) {
            return Socket.send(fd.number(), buffer.allocate(1, 1), 0, address(host, port, buffer));
        }
    }

    /** {@return the port that a datagram comes from, 0 for local sockets, or -EAGAIN if none comes soon} */
    int sender() throws InterruptedException {
        return sender(PATIENCE);
    }

    /** {@return the port that a datagram comes from, 0 for local sockets, or -EAGAIN if none comes in time} */
    int sender(Duration patience) throws InterruptedException {
        int[] sender = new int[1];
        Patience.until(patience, () -> (sender[0] = senderNow()) != -Errno.EAGAIN.number());
        return sender[0];
    }

    private int senderNow() {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment address = buffer.allocate(SOCKADDR_BYTES, Integer.BYTES);
            long size = Socket.receive(fd.number(), buffer.allocate(1, 1), Socket.MSG_DONTWAIT, address,
                    buffer.allocateFrom(JAVA_INT, SOCKADDR_BYTES));
            return size < 0 ? (int) size : portOf(address);
        }
    }

    int setPriority(int priority) {
        try (var buffer = CallBuffer.acquire()) {
            return Syscall.setsockopt(fd.number(), SOL_SOCKET, SO_PRIORITY, buffer.allocateFrom(JAVA_INT, priority));
        }
    }

    int priority() {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment value = buffer.allocate(JAVA_INT);
            int status = Syscall.getsockopt(fd.number(), SOL_SOCKET, SO_PRIORITY, value,
                    buffer.allocateFrom(JAVA_INT, Integer.BYTES));
            return status < 0 ? status : value.get(JAVA_INT, 0);
        }
    }

    @Override
    public void close() {
        fd.close();
    }
}
