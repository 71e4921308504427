package bpf4j.image;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Zstandard's bit streams that are read from their last bit to their first. The array has {@link #PADDING} bytes around
 * all streams in it, so that one access of eight bytes gets any field. Not thread-safe.
 */
final class BackwardBits {

    static final int PADDING = 8;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] bytes;
    private final int firstBit;
    private int position;

    /** Starts at the end of {@code bytes[from..to)}: below the highest bit that is set in the last byte. */
    BackwardBits(byte[] bytes, int from, int to) throws IOException {
        if (from >= to || bytes[to - 1] == 0) {
            throw new IOException("a bit stream lacks its end mark");
        }
        this.bytes = bytes;
        this.firstBit = from * 8;
        this.position = to * 8 - 1 - (Integer.numberOfLeadingZeros(Byte.toUnsignedInt(bytes[to - 1])) - 24);
    }

    /** {@return the next bits, at most 32, as an unsigned number} */
    long read(int count) throws IOException {
        long value = readBeyond(count);
        if (position < firstBit) {
            throw new IOException("a bit stream ends early");
        }
        return value;
    }

    /** {@return the next bits, at most 32; past the start they have any value, which {@link #isOverrun} tells} */
    long readBeyond(int count) {
        position -= count;
        return field(count);
    }

    /** {@return the next bits, without taking them; past the start they have any value} */
    int peek(int count) {
        position -= count;
        int value = (int) field(count);
        position += count;
        return value;
    }

    void skip(int count) {
        position -= count;
    }

    boolean isOverrun() {
        return position < firstBit;
    }

    boolean isAtStart() {
        return position == firstBit;
    }

    private long field(int count) {
        long word = (long) LONG.get(bytes, position >> 3);
        return word >>> (position & 7) & (1L << count) - 1;
    }
}
