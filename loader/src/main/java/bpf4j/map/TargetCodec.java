package bpf4j.map;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.ToIntFunction;

/**
 * Where XDP sends a packet: a number, and in maps of larger values a program. {@code struct bpf_devmap_val} and
 * {@code struct bpf_cpumap_val} are alike.
 */
record TargetCodec<T>(int sizeBytes, Maker<T> maker, ToIntFunction<T> number, ToIntFunction<T> program)
        implements Codec<T> {

    /** Makes a target of its number and its program. */
    interface Maker<T> {
        T make(int number, int program);
    }

    @Override
    public int alignmentBytes() {
        return Integer.BYTES;
    }

    @Override
    public T read(MemorySegment segment, long offsetBytes) {
        return maker.make(segment.get(ValueLayout.JAVA_INT_UNALIGNED, offsetBytes), sizeBytes == Integer.BYTES ? 0
                : segment.get(ValueLayout.JAVA_INT_UNALIGNED, offsetBytes + Integer.BYTES));
    }

    @Override
    public void write(MemorySegment segment, long offsetBytes, T value) {
        segment.set(ValueLayout.JAVA_INT_UNALIGNED, offsetBytes, number.applyAsInt(value));
        if (sizeBytes > Integer.BYTES) {
            segment.set(ValueLayout.JAVA_INT_UNALIGNED, offsetBytes + Integer.BYTES, program.applyAsInt(value));
        } else if (program.applyAsInt(value) != 0) {
            throw new IllegalArgumentException("the values of this map have no room for a program");
        }
    }

    @Override
    public String toString() {
        return "target of %d bytes".formatted(sizeBytes);
    }
}
