package bpf4j.image;

import java.io.EOFException;
import java.io.IOException;

/** A position in the bytes of one Zstandard block. Not thread-safe. */
final class ByteCursor {

    final byte[] bytes;
    final int end;
    int position;

    ByteCursor(byte[] bytes, int position, int end) {
        this.bytes = bytes;
        this.position = position;
        this.end = end;
    }

    int u8() throws IOException {
        return (int) number(1);
    }

    /** {@return the next {@code count} bytes, at most 8, as a little-endian number} */
    long number(int count) throws IOException {
        int at = take(count);
        long value = 0;
        for (int i = count - 1; i >= 0; i--) {
            value = value << 8 | Byte.toUnsignedLong(bytes[at + i]);
        }
        return value;
    }

    /** Goes over {@code count} bytes. {@return where they start} */
    int take(int count) throws IOException {
        if (count < 0 || count > end - position) {
            throw new EOFException("0x%x bytes are wanted, 0x%x are left".formatted(count, end - position));
        }
        position += count;
        return position - count;
    }
}
