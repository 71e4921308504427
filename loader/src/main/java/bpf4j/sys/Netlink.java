package bpf4j.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A connection to the kernel's network configuration: rtnetlink, or a family of generic netlink. It belongs to the
 * network namespace of the thread that opened it, and serves that one whatever thread calls. Safe for use by several
 * threads, which take turns. The kernel answers before {@code send} returns, so that nothing here waits. Source:
 * {@code netlink(7)}, {@code rtnetlink(7)}.
 */
public final class Netlink implements AutoCloseable {

    /** Protocol: interfaces, addresses, routes, traffic control. */
    public static final int NETLINK_ROUTE = 0;
    /** Protocol: families that have names, and numbers only while the kernel runs. */
    public static final int NETLINK_GENERIC = 16;
    private static final int SOL_NETLINK = 270;
    /** Answers do not repeat the request. */
    private static final int NETLINK_CAP_ACK = 10;
    /** Answers say in words what was wrong. */
    private static final int NETLINK_EXT_ACK = 11;
    /** Dumps are cut down to what the request's header and attributes say. */
    private static final int NETLINK_GET_STRICT_CHK = 12;

    /** {@code struct sockaddr_nl}: family and padding, port, groups. The kernel's port is 0. */
    private static final int ADDRESS_BYTES = 12;
    private static final int PORT_OFFSET_BYTES = 4;
    /** What dumps are cut into, at most. */
    private static final int COMMON_DATAGRAM_BYTES = 32 * 1024;
    /** The kernel makes no larger ones: an interface with all its virtual functions has some 100 KiB. */
    private static final int MAX_DATAGRAM_BYTES = 4 * 1024 * 1024;
    private static final int MAX_DUMPS = 5;

    private final Fd socket;
    private int sequence;

    private Netlink(Fd socket) {
        this.socket = socket;
    }

    /**
     * Makes a socket for a connection, in the calling thread's network namespace, which lasts as long as the socket.
     *
     * @param protocol {@link #NETLINK_ROUTE} or {@link #NETLINK_GENERIC}
     * @return a new descriptor, at least {@value Fd#MIN_NUMBER}, or a negated errno
     */
    public static int openSocket(int protocol) {
        int fd = Socket.open(Socket.AF_NETLINK, Socket.SOCK_RAW, protocol);
        if (fd < 0) {
            return fd;
        }
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment on = buffer.allocateFrom(ValueLayout.JAVA_INT, 1);
            // Kernels before 4.3, 4.12 and 4.20 lack these; answers are then read without, and may be longer.
            Syscall.setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, on);
            Syscall.setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, on);
            Syscall.setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, on);
            int status = Socket.bind(fd, kernelAddress(buffer));
            if (status < 0) {
                Syscall.close(fd);
                return status;
            }
            return fd;
        }
    }

    /**
     * Makes a connection of a socket.
     *
     * @param socket what {@link #openSocket} made; the connection's to close from now on
     * @return the connection
     */
    public static Netlink over(Fd socket) {
        return new Netlink(socket);
    }

    private static MemorySegment kernelAddress(CallBuffer buffer) {
        MemorySegment address = buffer.allocate(ADDRESS_BYTES, Integer.BYTES);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) Socket.AF_NETLINK);
        return address;
    }

    /**
     * Sends a request and returns the answer. A table that changed while it was read is read again.
     *
     * @param request the request
     * @return the answer
     * @throws IllegalStateException if this is closed
     */
    public synchronized NetlinkReply request(NetlinkRequest request) {
        int fd = socket.acquire();
        try {
            for (int dump = 1; ; dump++) {
                NetlinkReply.Reader reader = new NetlinkReply.Reader(++sequence);
                int status = exchange(fd, request.toBytes(sequence), reader);
                if (status < 0) {
                    return new NetlinkReply(status, "", List.of());
                }
                if (!reader.isInterrupted() || dump == MAX_DUMPS) {
                    return reader.reply();
                }
            }
        } finally {
            socket.release();
        }
    }

    private static int exchange(int fd, byte[] request, NetlinkReply.Reader reader) {
        try (var buffer = CallBuffer.acquire(); Arena arena = Arena.ofConfined()) {
            long sent = Socket.send(fd, buffer.allocateFrom(ValueLayout.JAVA_BYTE, request), 0, kernelAddress(buffer));
            if (sent < 0) {
                return (int) sent;
            }
            MemorySegment sender = buffer.allocate(ADDRESS_BYTES, Integer.BYTES);
            MemorySegment senderBytes = buffer.allocate(ValueLayout.JAVA_INT);
            MemorySegment memory = arena.allocate(COMMON_DATAGRAM_BYTES, Integer.BYTES);
            while (!reader.isComplete()) {
                long size = Socket.receive(fd, memory, Socket.MSG_DONTWAIT | Socket.MSG_PEEK | Socket.MSG_TRUNC,
                        MemorySegment.NULL, MemorySegment.NULL);
                if (size > MAX_DATAGRAM_BYTES) {
                    return -Errno.EMSGSIZE.number();
                }
                if (size > memory.byteSize()) {
                    memory = arena.allocate(size, Integer.BYTES);
                }
                senderBytes.set(ValueLayout.JAVA_INT, 0, ADDRESS_BYTES);
                size = Socket.receive(fd, memory, Socket.MSG_DONTWAIT, sender, senderBytes);
                if (size < 0) {
                    return (int) size;
                }
                if (sender.get(ValueLayout.JAVA_INT, PORT_OFFSET_BYTES) == 0) {
                    reader.accept(ByteBuffer.wrap(memory.asSlice(0, size).toArray(ValueLayout.JAVA_BYTE)));
                }
            }
            return 0;
        }
    }

    /** Closes the connection. Idempotent. */
    @Override
    public void close() {
        socket.close();
    }
}
