package bpf4j.map;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/** Memory in a layout. */
record LayoutCodec(MemoryLayout layout) implements Codec<MemorySegment> {

    LayoutCodec {
        Objects.checkIndex(layout.byteSize(), (long) Integer.MAX_VALUE);
    }

    @Override
    public int sizeBytes() {
        return (int) layout.byteSize();
    }

    @Override
    public int alignmentBytes() {
        return (int) layout.byteAlignment();
    }

    /** Memory of an array of longs is aligned as the layout's handles may want it, that of bytes is not. */
    @Override
    public MemorySegment read(MemorySegment segment, long offsetBytes) {
        MemorySegment copy = MemorySegment.ofArray(new long[Math.ceilDiv(sizeBytes(), Long.BYTES)])
                .asSlice(0, sizeBytes());
        return copy.copyFrom(segment.asSlice(offsetBytes, sizeBytes()));
    }

    @Override
    public void write(MemorySegment segment, long offsetBytes, MemorySegment value) {
        if (value.byteSize() != sizeBytes()) {
            throw new IllegalArgumentException("%d bytes of memory, not %d".formatted(value.byteSize(), sizeBytes()));
        }
        MemorySegment.copy(value, 0, segment, offsetBytes, sizeBytes());
    }

    @Override
    public String toString() {
        return layout.toString();
    }
}
