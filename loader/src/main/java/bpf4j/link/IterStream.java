package bpf4j.link;

import bpf4j.sys.CallBuffer;
import bpf4j.sys.Errno;
import bpf4j.sys.Fd;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/** Reads an iterator once through. */
final class IterStream extends InputStream {

    private static final int CHUNK_BYTES = 4096;

    /** {@code read(2)}. */
    @FunctionalInterface
    interface Source {
        /** {@return how many bytes were read, 0 at the end, or a negated errno} */
        long read(int fd, MemorySegment buffer);
    }

    private final Fd fd;
    private final Source source;

    IterStream(Fd fd, Source source) {
        this.fd = fd;
        this.source = source;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return 0;
        }
        try (CallBuffer buffer = CallBuffer.acquire()) {
            MemorySegment chunk = buffer.allocate(Math.min(length, CHUNK_BYTES), 1);
            int count = fill(chunk);
            MemorySegment.copy(chunk, ValueLayout.JAVA_BYTE, 0, bytes, offset, count);
            return count == 0 ? -1 : count;
        }
    }

    /**
     * EAGAIN comes after a million objects about which the program wrote nothing: the kernel goes on when asked again.
     */
    private int fill(MemorySegment chunk) throws IOException {
        int number = acquire();
        try {
            long count;
            do {
                count = source.read(number, chunk);
            } while (count == -Errno.EAGAIN.number() || count == -Errno.EINTR.number());
            if (count < 0) {
                throw new IOException(fd + ": " + problem((int) -count));
            }
            return (int) count;
        } finally {
            fd.release();
        }
    }

    private int acquire() throws IOException {
        try {
            return fd.acquire();
        } catch (IllegalStateException e) {
            throw new IOException("the stream is closed", e);
        }
    }

    private static String problem(int errno) {
        String error = Errno.name(errno) + " (" + Errno.describe(errno) + ")";
        return errno != Errno.E2BIG.number() ? error
                : error + ": the program writes more about one object than the kernel buffers";
    }

    @Override
    public void close() {
        fd.close();
    }
}
