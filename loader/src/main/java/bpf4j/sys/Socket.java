package bpf4j.sys;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Sockets as descriptors: what the sockets of the JDK keep to themselves. A socket belongs to the network namespace of
 * the thread that made it, whoever uses it later. Calls return a result or a negated errno; those that block also block
 * the carrier of a virtual thread. Options: {@link Syscall#setsockopt}. Source: {@code include/linux/socket.h}.
 */
public final class Socket {

    /** Family: Internet, version 4. */
    public static final int AF_INET = 2;
    /** Family: messages from and to the kernel. */
    public static final int AF_NETLINK = 16;
    /** Type: a stream. */
    public static final int SOCK_STREAM = 1;
    /** Type: datagrams. */
    public static final int SOCK_DGRAM = 2;
    /** Type: datagrams with the headers that the protocol leaves to the caller. */
    public static final int SOCK_RAW = 3;
    /** {@code receive}: leaves the datagram where it is. */
    public static final int MSG_PEEK = 2;
    /** {@code receive}: the result is the datagram's size, even if the buffer is smaller. */
    public static final int MSG_TRUNC = 0x20;
    /** {@code send} and {@code receive}: does not wait. */
    public static final int MSG_DONTWAIT = 0x40;

    private Socket() {
    }

    /**
     * Makes a socket: {@code socket(2)}, closed by {@code exec}.
     *
     * @param family one of the {@code AF_} constants
     * @param type one of the {@code SOCK_} constants
     * @param protocol the protocol, 0 for the only one
     * @return a new descriptor, at least {@value Fd#MIN_NUMBER}, or a negated errno
     */
    public static int open(int family, int type, int protocol) {
        MemorySegment capture = ErrnoCapture.acquire();
        try {
            return Fd.lift(ErrnoCapture.result((int) Open.HANDLE.invokeExact(
                    capture, family, type | Syscall.O_CLOEXEC, protocol), capture));
        } catch (Throwable e) {
            throw Downcall.unexpected(e);
        } finally {
            ErrnoCapture.release(capture);
        }
    }

    private static final class Open {
        static final MethodHandle HANDLE = Downcall.link("socket",
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    }

    /**
     * Gives a socket its address: {@code bind(2)}.
     *
     * @param fd the socket
     * @param address a {@code struct sockaddr} of the socket's family, native memory
     * @return 0 or a negated errno
     */
    public static int bind(int fd, MemorySegment address) {
        MemorySegment capture = ErrnoCapture.acquire();
        try {
            return ErrnoCapture.result((int) Bind.HANDLE.invokeExact(
                    capture, fd, address, (int) address.byteSize()), capture);
        } catch (Throwable e) {
            throw Downcall.unexpected(e);
        } finally {
            ErrnoCapture.release(capture);
        }
    }

    private static final class Bind {
        static final MethodHandle HANDLE = Downcall.link("bind",
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    }

    /**
     * Lets a socket take connections: {@code listen(2)}.
     *
     * @param fd the socket, bound
     * @param backlog how many may wait
     * @return 0 or a negated errno
     */
    public static int listen(int fd, int backlog) {
        MemorySegment capture = ErrnoCapture.acquire();
        try {
            return ErrnoCapture.result((int) Listen.HANDLE.invokeExact(capture, fd, backlog), capture);
        } catch (Throwable e) {
            throw Downcall.unexpected(e);
        } finally {
            ErrnoCapture.release(capture);
        }
    }

    private static final class Listen {
        static final MethodHandle HANDLE = Downcall.link("listen",
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    }

    /**
     * Sends a datagram: {@code sendto(2)}.
     *
     * @param fd the socket
     * @param datagram its bytes, native memory
     * @param flags the {@code MSG_} constants
     * @param address the receiver, a {@code struct sockaddr} in native memory
     * @return how many bytes were sent, or a negated errno
     */
    public static long send(int fd, MemorySegment datagram, int flags, MemorySegment address) {
        MemorySegment capture = ErrnoCapture.acquire();
        try {
            return ErrnoCapture.result((long) Send.HANDLE.invokeExact(capture, fd, datagram, datagram.byteSize(),
                    flags, address, (int) address.byteSize()), capture);
        } catch (Throwable e) {
            throw Downcall.unexpected(e);
        } finally {
            ErrnoCapture.release(capture);
        }
    }

    private static final class Send {
        static final MethodHandle HANDLE = Downcall.link("sendto",
                FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
    }

    /**
     * Receives a datagram: {@code recvfrom(2)}.
     *
     * @param fd the socket
     * @param buffer native memory; what does not fit is lost
     * @param flags the {@code MSG_} constants
     * @param address receives the sender's address, or {@link MemorySegment#NULL}
     * @param addressBytes a native {@code int}: the size of {@code address}, then the size of what was stored there; or
     *     {@link MemorySegment#NULL}
     * @return how many bytes were received, or a negated errno
     */
    public static long receive(int fd, MemorySegment buffer, int flags, MemorySegment address,
            MemorySegment addressBytes) {
        MemorySegment capture = ErrnoCapture.acquire();
        try {
            return ErrnoCapture.result((long) Receive.HANDLE.invokeExact(
                    capture, fd, buffer, buffer.byteSize(), flags, address, addressBytes), capture);
        } catch (Throwable e) {
            throw Downcall.unexpected(e);
        } finally {
            ErrnoCapture.release(capture);
        }
    }

    private static final class Receive {
        static final MethodHandle HANDLE = Downcall.link("recvfrom",
                FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS));
    }
}
