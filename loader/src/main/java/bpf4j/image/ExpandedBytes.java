package bpf4j.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * What a decoder has produced so far. It grows with what is written, never by what a header claims, and refuses to grow
 * over its limit. Not thread-safe.
 */
final class ExpandedBytes extends OutputStream {

    private static final int FIRST_BYTES = 64 << 10;

    private final long limit;
    private byte[] bytes = new byte[FIRST_BYTES];
    private int size;

    /** Makes an empty one that takes up to {@code limit} bytes. */
    ExpandedBytes(long limit) {
        this.limit = Math.min(limit, Expansion.MAX_BYTES);
    }

    int size() {
        return size;
    }

    @Override
    public void write(int value) throws IOException {
        reserve(1);
        bytes[size++] = (byte) value;
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        reserve(length);
        System.arraycopy(source, offset, bytes, size, length);
        size += length;
    }

    void fill(int value, int length) throws IOException {
        reserve(length);
        Arrays.fill(bytes, size, size + length, (byte) value);
        size += length;
    }

    /** Repeats {@code length} bytes from {@code distance} before the end, which may reach into what it writes. */
    void repeat(long distance, int length, int start) throws IOException {
        if (distance <= 0 || distance > size - start) {
            throw new IOException("a match 0x%x bytes back, where there are 0x%x".formatted(distance, size - start));
        }
        reserve(length);
        int from = size - (int) distance;
        int to = size + length;
        if (distance >= length) {
            System.arraycopy(bytes, from, bytes, size, length);
        } else {
            for (int at = size; at < to; at++) {
                bytes[at] = bytes[from++];
            }
        }
        size = to;
    }

    /** Takes all that a stream has; a stream that ends early throws by itself. */
    void drain(InputStream in) throws IOException {
        byte[] buffer = new byte[FIRST_BYTES];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            write(buffer, 0, count);
        }
    }

    /** {@return a window over what is there from {@code start} on; what is written later may not show in it} */
    MemorySegment from(int start) {
        return MemorySegment.ofArray(bytes).asSlice(start, size - start);
    }

    private void reserve(int length) throws IOException {
        long needed = (long) size + length;
        if (needed > limit) {
            throw new IOException("it expands to more than 0x%x bytes, which is taken for an attack".formatted(limit));
        }
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(limit, Math.max(needed, 2L * bytes.length)));
        }
    }
}
