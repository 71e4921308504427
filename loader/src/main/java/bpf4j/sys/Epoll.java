package bpf4j.sys;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Waiting for events: epoll, {@code struct epoll_event} of {@code include/uapi/linux/eventpoll.h}, which is packed on
 * x86 and padded elsewhere, and the counter that wakes a waiter. Calls return a result or a negated errno.
 */
public final class Epoll {

    /** Watches a descriptor. */
    public static final int EPOLL_CTL_ADD = 1;
    /** Stops watching a descriptor. */
    public static final int EPOLL_CTL_DEL = 2;
    /** Changes what is watched for. */
    public static final int EPOLL_CTL_MOD = 3;
    /** There is something to read. */
    public static final int EPOLLIN = 1;
    /** There is room to write. */
    public static final int EPOLLOUT = 4;
    /** Tells of changes, and not again of what was told before. */
    public static final int EPOLLET = 1 << 31;

    private Epoll() {
    }

    /** {@return the size of an event in bytes} */
    public static int eventBytes() {
        return Architecture.current().epollEventPacked() ? 12 : 16;
    }

    /**
     * Writes an event.
     *
     * @param events an array of events
     * @param index which of them
     * @param mask what is watched for
     * @param data the caller's own number, returned with the event
     */
    public static void set(MemorySegment events, int index, int mask, long data) {
        long offsetBytes = (long) index * eventBytes();
        events.set(ValueLayout.JAVA_INT_UNALIGNED, offsetBytes, mask);
        events.set(ValueLayout.JAVA_LONG_UNALIGNED, offsetBytes + eventBytes() - Long.BYTES, data);
    }

    /**
     * Reads what happened.
     *
     * @param events an array of events
     * @param index which of them
     * @return the mask
     */
    public static int mask(MemorySegment events, int index) {
        return events.get(ValueLayout.JAVA_INT_UNALIGNED, (long) index * eventBytes());
    }

    /**
     * Reads the caller's own number.
     *
     * @param events an array of events
     * @param index which of them
     * @return the number given to {@link #set}
     */
    public static long data(MemorySegment events, int index) {
        return events.get(ValueLayout.JAVA_LONG_UNALIGNED, (long) index * eventBytes() + eventBytes() - Long.BYTES);
    }

    /**
     * Makes an epoll instance: {@code epoll_create1(2)}, closed by {@code exec}.
     *
     * @return a new descriptor, at least {@value Fd#MIN_NUMBER}, or a negated errno
     */
    public static int create() {
        MemorySegment capture = ErrnoCapture.acquire();
        try {
            return Fd.lift(ErrnoCapture.result((int) Create.HANDLE.invokeExact(capture, Syscall.O_CLOEXEC), capture));
        } catch (Throwable e) {
            throw Downcall.unexpected(e);
        } finally {
            ErrnoCapture.release(capture);
        }
    }

    private static final class Create {
        static final MethodHandle HANDLE = Downcall.link("epoll_create1", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    }

    /**
     * Changes what an epoll instance watches: {@code epoll_ctl(2)}.
     *
     * @param epollFd the epoll instance
     * @param operation one of the {@code EPOLL_CTL_} constants
     * @param fd the descriptor to watch
     * @param event an event of {@link #eventBytes} bytes
     * @return 0 or a negated errno
     */
    public static int control(int epollFd, int operation, int fd, MemorySegment event) {
        MemorySegment capture = ErrnoCapture.acquire();
        try {
            return ErrnoCapture.result((int) Control.HANDLE.invokeExact(
                    capture, epollFd, operation, fd, event), capture);
        } catch (Throwable e) {
            throw Downcall.unexpected(e);
        } finally {
            ErrnoCapture.release(capture);
        }
    }

    private static final class Control {
        static final MethodHandle HANDLE = Downcall.link("epoll_ctl",
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    }

    /**
     * Waits for events: {@code epoll_wait(2)}.
     *
     * @param epollFd the epoll instance
     * @param events room for events of {@link #eventBytes} bytes each
     * @param timeoutMillis how long to wait at most, -1 for ever
     * @return how many events there are, or a negated errno; {@link Errno#EINTR} is not tried again
     */
    public static int await(int epollFd, MemorySegment events, int timeoutMillis) {
        MemorySegment capture = ErrnoCapture.acquire();
        try {
            return ErrnoCapture.result((int) Await.HANDLE.invokeExact(
                    capture, epollFd, events, (int) (events.byteSize() / eventBytes()), timeoutMillis), capture);
        } catch (Throwable e) {
            throw Downcall.unexpected(e);
        } finally {
            ErrnoCapture.release(capture);
        }
    }

    private static final class Await {
        static final MethodHandle HANDLE = Downcall.link("epoll_wait",
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
    }

    /**
     * Makes an event counter: {@code eventfd(2)}, non-blocking, closed by {@code exec}.
     *
     * @return a new descriptor, at least {@value Fd#MIN_NUMBER}, or a negated errno
     */
    public static int eventCounter() {
        MemorySegment capture = ErrnoCapture.acquire();
        try {
            return Fd.lift(ErrnoCapture.result((int) Eventfd.HANDLE.invokeExact(
                    capture, 0, Syscall.O_CLOEXEC | Syscall.O_NONBLOCK), capture));
        } catch (Throwable e) {
            throw Downcall.unexpected(e);
        } finally {
            ErrnoCapture.release(capture);
        }
    }

    private static final class Eventfd {
        static final MethodHandle HANDLE = Downcall.link("eventfd",
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    }
}
