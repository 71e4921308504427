package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.Step;
import bpf4j.sys.CallBuffer;
import bpf4j.sys.Syscall;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A socket that is the caller's, and stays what it was when the number comes to mean another one. */
final class CallersSocket {

    private static final int SOL_SOCKET = 1;
    private static final int SO_COOKIE = 57;

    private final int fd;
    /** The kernel never gives it to another socket. */
    private final long cookie;

    private CallersSocket(int fd, long cookie) {
        this.fd = fd;
        this.cookie = cookie;
    }

    /**
     * Looks at a socket.
     *
     * @param fd the caller's descriptor
     * @param subject what is done with it, for messages
     * @return the socket
     * @throws KernelException if the descriptor is not open, or no socket
     */
    static CallersSocket of(int fd, String subject) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment cookie = buffer.allocate(ValueLayout.JAVA_LONG);
            int status = cookie(fd, cookie, buffer);
            if (status < 0) {
                throw new KernelException(Step.ATTACH, subject, -status,
                        "descriptor %d has to be a socket".formatted(fd));
            }
            return new CallersSocket(fd, cookie.get(ValueLayout.JAVA_LONG, 0));
        }
    }

    private static int cookie(int fd, MemorySegment cookie, CallBuffer buffer) {
        MemorySegment size = buffer.allocateFrom(ValueLayout.JAVA_INT, Long.BYTES);
        return Syscall.getsockopt(fd, SOL_SOCKET, SO_COOKIE, cookie, size);
    }

    /** {@return whether the caller closed it; the number may mean another socket now} */
    boolean isGone() {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment now = buffer.allocate(ValueLayout.JAVA_LONG);
            return cookie(fd, now, buffer) < 0 || now.get(ValueLayout.JAVA_LONG, 0) != cookie;
        }
    }

    /** Sets an option of the socket. {@return 0 or a negated errno} */
    int set(int option, int value) {
        try (var buffer = CallBuffer.acquire()) {
            return Syscall.setsockopt(fd, SOL_SOCKET, option, buffer.allocateFrom(ValueLayout.JAVA_INT, value));
        }
    }
}
