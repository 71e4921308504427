package bpf4j.examples.net;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The bytes of a connection for who measures: one system call to send, one to wait and receive, and nothing allocated.
 * A thread that waits in the kernel is not interruptible; the process has to end. For one thread.
 */
public final class BareStream {

    private final int fd;
    private final MemorySegment state = Arena.ofAuto().allocate(Libc.STATE);

    BareStream(int fd) {
        this.fd = fd;
    }

    /**
     * Sends all of it.
     *
     * @param bytes native memory
     * @param offsetBytes where in it to begin
     * @param sizeBytes how much
     * @throws IOException if the connection is gone
     */
    public void send(MemorySegment bytes, long offsetBytes, long sizeBytes) throws IOException {
        long sent = 0;
        while (sent < sizeBytes) {
            long now = sendSome(bytes.asSlice(offsetBytes + sent, sizeBytes - sent));
            if (now < 0) {
                Libc.requireInterruptedOnly("send", state);
            } else {
                sent += now;
            }
        }
    }

    /**
     * Waits for so many bytes.
     *
     * @param buffer native memory, filled from its beginning
     * @param sizeBytes how many
     * @return whether they came; not if the other side had closed the connection before the first
     * @throws IOException if the connection is gone, or ends between
     */
    public boolean receive(MemorySegment buffer, long sizeBytes) throws IOException {
        long received = 0;
        while (received < sizeBytes) {
            long now = receiveSome(buffer.asSlice(received, sizeBytes - received));
            if (now < 0) {
                Libc.requireInterruptedOnly("recv", state);
            } else if (now == 0) {
                if (received == 0) {
                    return false;
                }
                throw new EOFException("the connection ended after %d of %d bytes".formatted(received, sizeBytes));
            } else {
                received += now;
            }
        }
        return true;
    }

    private long sendSome(MemorySegment bytes) {
        try {
            return (long) Libc.SEND.invokeExact(state, fd, bytes, bytes.byteSize(), TcpSocket.MSG_NOSIGNAL);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("C throws nothing", e);
        }
    }

    private long receiveSome(MemorySegment buffer) {
        try {
            return (long) Libc.RECV.invokeExact(state, fd, buffer, buffer.byteSize(), 0);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("C throws nothing", e);
        }
    }
}
