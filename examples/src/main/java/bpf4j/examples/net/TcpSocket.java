package bpf4j.examples.net;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A blocking TCP socket by way of the C library. One thread may send while another receives; nobody may use it while it
 * is closed. Waiting ends with an {@link InterruptedIOException} when the thread is interrupted, and when nothing
 * happens for a long time.
 */
public final class TcpSocket implements Closeable {

    private static final int SOCK_STREAM = 1;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_NODELAY = 1;
    private static final int TCP_INFO = 11;
    private static final int TCP_CONGESTION = 13;
    private static final int TCP_CA_NAME_MAX = 16;
    static final int MSG_NOSIGNAL = 0x4000;
    private static final short POLLIN = 1;

    private static final int BACKLOG = 16;
    private static final int MILLISECONDS_BETWEEN_LOOKS = 100;
    private static final int LOOKS_MAX = 100;

    private final int fd;
    private final AtomicBoolean closed = new AtomicBoolean();

    private TcpSocket(long fd) {
        this.fd = (int) fd;
    }

    /**
     * Makes a socket that is not connected yet.
     *
     * @param address an address of the family that it is for
     * @return the socket, the caller's to close
     * @throws IOException if the system refuses
     */
    public static TcpSocket open(InetAddress address) throws IOException {
        return new TcpSocket(Libc.call("socket", state -> (int) Libc.SOCKET.invokeExact(state,
                SocketAddress.family(address), SOCK_STREAM | SOCK_CLOEXEC, 0)));
    }

    /**
     * Chooses the congestion control of this socket, and of those that it will accept.
     *
     * @param name its name, for instance {@code reno}
     * @throws IOException if the kernel has none of that name, or does not let this process use it
     */
    public void setCongestionControl(String name) throws IOException {
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocateFrom(JAVA_BYTE, bytes);
            Libc.call("setsockopt(TCP_CONGESTION, " + name + ")", state -> (int) Libc.SETSOCKOPT.invokeExact(state, fd,
                    IPPROTO_TCP, TCP_CONGESTION, value, bytes.length));
        }
    }

    /**
     * Chooses whether small packets leave at once though others are still under way: {@code TCP_NODELAY}.
     *
     * @param noDelay whether they do; they do not unless told
     * @throws IOException if the system refuses
     */
    public void setNoDelay(boolean noDelay) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocateFrom(JAVA_INT, noDelay ? 1 : 0);
            Libc.call("setsockopt(TCP_NODELAY)", state -> (int) Libc.SETSOCKOPT.invokeExact(state, fd, IPPROTO_TCP,
                    TCP_NODELAY, value, (int) value.byteSize()));
        }
    }

    /**
     * Sends and receives with as little around the system calls as there can be.
     *
     * @return the way, good as long as this socket is open
     */
    public BareStream bareStream() {
        return new BareStream(fd);
    }

    /**
     * Asks which congestion control this socket has.
     *
     * @return its name
     * @throws IOException if the system refuses
     */
    public String congestionControl() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            // One byte more than the kernel writes, so that there is always a NUL.
            MemorySegment value = arena.allocate(TCP_CA_NAME_MAX + 1);
            getOption("TCP_CONGESTION", TCP_CONGESTION, value, TCP_CA_NAME_MAX, arena);
            return value.getString(0, StandardCharsets.US_ASCII);
        }
    }

    /**
     * Asks for the connection's counters.
     *
     * @return the counters as they are now; those that an old kernel does not have are 0
     * @throws IOException if the system refuses
     */
    public TcpInfo info() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(TcpInfo.LAYOUT);
            getOption("TCP_INFO", TCP_INFO, info, (int) info.byteSize(), arena);
            return TcpInfo.read(info);
        }
    }

    /**
     * Listens on a free port.
     *
     * @param address the address to listen on
     * @return the address with the port
     * @throws IOException if the system refuses
     */
    public InetSocketAddress listen(InetAddress address) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment any = SocketAddress.write(new InetSocketAddress(address, 0), arena);
            Libc.call("bind " + address, state -> (int) Libc.BIND.invokeExact(state, fd, any, (int) any.byteSize()));
            Libc.call("listen", state -> (int) Libc.LISTEN.invokeExact(state, fd, BACKLOG));
            MemorySegment bound = arena.allocate(SocketAddress.LARGEST);
            MemorySegment size = arena.allocateFrom(JAVA_INT, (int) bound.byteSize());
            Libc.call("getsockname", state -> (int) Libc.GETSOCKNAME.invokeExact(state, fd, bound, size));
            return SocketAddress.read(bound);
        }
    }

    /**
     * Waits for a connection.
     *
     * @return its socket, the caller's to close
     * @throws IOException if the system refuses, or nobody connects
     */
    public TcpSocket accept() throws IOException {
        awaitInput("accept");
        return new TcpSocket(Libc.call("accept", state -> (int) Libc.ACCEPT.invokeExact(state, fd, MemorySegment.NULL,
                MemorySegment.NULL, SOCK_CLOEXEC)));
    }

    /**
     * Connects.
     *
     * @param address to where
     * @throws IOException if that does not work
     */
    public void connect(InetSocketAddress address) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment to = SocketAddress.write(address, arena);
            Libc.call("connect to " + address,
                    state -> (int) Libc.CONNECT.invokeExact(state, fd, to, (int) to.byteSize()));
        }
    }

    /**
     * Sends all of it.
     *
     * @param bytes what to send, in native memory
     * @throws IOException if the connection is gone
     */
    public void send(MemorySegment bytes) throws IOException {
        for (long sent = 0; sent < bytes.byteSize();) {
            requireNotInterrupted("send");
            MemorySegment rest = bytes.asSlice(sent);
            sent += Libc.call("send",
                    state -> (long) Libc.SEND.invokeExact(state, fd, rest, rest.byteSize(), MSG_NOSIGNAL));
        }
    }

    /**
     * Waits for bytes and takes what has come.
     *
     * @param buffer where to, in native memory
     * @return how many came, 0 at the end
     * @throws IOException if the connection is gone, or nothing comes
     */
    public int receive(MemorySegment buffer) throws IOException {
        awaitInput("receive");
        return (int) Libc.call("recv", state -> (long) Libc.RECV.invokeExact(state, fd, buffer, buffer.byteSize(), 0));
    }

    /** Closes the socket. Idempotent. */
    @Override
    public void close() throws IOException {
        if (closed.compareAndSet(false, true)) {
            Libc.call("close", state -> (int) Libc.CLOSE.invokeExact(state, fd));
        }
    }

    private void getOption(String name, int option, MemorySegment value, int sizeBytes, Arena arena)
            throws IOException {
        MemorySegment size = arena.allocateFrom(JAVA_INT, sizeBytes);
        Libc.call("getsockopt(" + name + ")", state -> (int) Libc.GETSOCKOPT.invokeExact(state, fd, IPPROTO_TCP, option,
                value, size));
    }

    private void awaitInput(String what) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment poll = arena.allocate(Libc.POLLFD);
            poll.set(JAVA_INT, 0, fd);
            poll.set(JAVA_SHORT, Integer.BYTES, POLLIN);
            for (int look = 0; look < LOOKS_MAX; look++) {
                requireNotInterrupted(what);
                if (Libc.call("poll",
                        state -> (int) Libc.POLL.invokeExact(state, poll, 1L, MILLISECONDS_BETWEEN_LOOKS)) > 0) {
                    return;
                }
            }
            throw new InterruptedIOException(what + ": nothing came in " + LOOKS_MAX * MILLISECONDS_BETWEEN_LOOKS
                    + " ms");
        }
    }

    private static void requireNotInterrupted(String what) throws InterruptedIOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException(what + ": stopped");
        }
    }

    @Override
    public String toString() {
        return "TCP socket " + fd;
    }
}
