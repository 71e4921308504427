package bpf4j.image;

import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/** The bytes of a segment as a stream, without copying them first. */
final class SegmentInput extends InputStream {

    private final MemorySegment data;
    private long position;

    SegmentInput(MemorySegment data) {
        this.data = data;
    }

    @Override
    public int read() {
        return position == data.byteSize() ? -1 : LittleEndian.u8(data, position++);
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, target.length);
        int count = (int) Math.min(length, data.byteSize() - position);
        if (count == 0 && length > 0) {
            return -1;
        }
        MemorySegment.copy(data, ValueLayout.JAVA_BYTE, position, target, offset, count);
        position += count;
        return count;
    }

    @Override
    public int available() {
        return (int) Math.min(Integer.MAX_VALUE, data.byteSize() - position);
    }
}
