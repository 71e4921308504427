package bpf4j.map;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/** Bytes as they are. */
record BytesCodec(int sizeBytes) implements Codec<byte[]> {

    BytesCodec {
        Objects.checkIndex(sizeBytes, Integer.MAX_VALUE);
    }

    @Override
    public byte[] read(MemorySegment segment, long offsetBytes) {
        return segment.asSlice(offsetBytes, sizeBytes).toArray(ValueLayout.JAVA_BYTE);
    }

    @Override
    public void write(MemorySegment segment, long offsetBytes, byte[] value) {
        if (value.length != sizeBytes) {
            throw new IllegalArgumentException("%d bytes, not %d".formatted(value.length, sizeBytes));
        }
        MemorySegment.copy(value, 0, segment, ValueLayout.JAVA_BYTE, offsetBytes, sizeBytes);
    }

    @Override
    public String toString() {
        return sizeBytes + " bytes";
    }
}
