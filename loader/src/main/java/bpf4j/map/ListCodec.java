package bpf4j.map;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Elements one after the other. */
record ListCodec<E>(Codec<E> element, int count, int sizeBytes) implements Codec<List<E>> {

    ListCodec(Codec<E> element, int count) {
        this(element, count, Math.multiplyExact(strideBytes(element), count));
        if (count < 0) {
            throw new IllegalArgumentException("a list of %d elements".formatted(count));
        }
    }

    private static int strideBytes(Codec<?> element) {
        return Math.ceilDiv(element.sizeBytes(), element.alignmentBytes()) * element.alignmentBytes();
    }

    @Override
    public int alignmentBytes() {
        return element.alignmentBytes();
    }

    @Override
    public List<E> read(MemorySegment segment, long offsetBytes) {
        List<E> result = new ArrayList<>(count);
        int stride = strideBytes(element);
        for (int i = 0; i < count; i++) {
            result.add(element.read(segment, offsetBytes + (long) i * stride));
        }
        return List.copyOf(result);
    }

    @Override
    public void write(MemorySegment segment, long offsetBytes, List<E> value) {
        if (value.size() != count) {
            throw new IllegalArgumentException("%d elements, not %d".formatted(value.size(), count));
        }
        segment.asSlice(offsetBytes, sizeBytes).fill((byte) 0);
        int stride = strideBytes(element);
        for (int i = 0; i < count; i++) {
            element.write(segment, offsetBytes + (long) i * stride, value.get(i));
        }
    }

    @Override
    public String toString() {
        return "%d times %s".formatted(count, element);
    }
}
