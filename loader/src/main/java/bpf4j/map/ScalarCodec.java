package bpf4j.map;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** A codec of one number, from two functions. */
record ScalarCodec<T>(int sizeBytes, Reader<T> reader, Writer<T> writer) implements Codec<T> {

    interface Reader<T> {
        T read(MemorySegment segment, long offsetBytes);
    }

    interface Writer<T> {
        void write(MemorySegment segment, long offsetBytes, T value);
    }

    static Codec<Short> ofShort(ByteOrder order) {
        ValueLayout.OfShort layout = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order);
        return new ScalarCodec<>(Short.BYTES, (s, at) -> s.get(layout, at), (s, at, value) -> s.set(layout, at, value));
    }

    static Codec<Integer> ofInt(ByteOrder order) {
        ValueLayout.OfInt layout = ValueLayout.JAVA_INT_UNALIGNED.withOrder(order);
        return new ScalarCodec<>(Integer.BYTES, (s, at) -> s.get(layout, at),
                (s, at, value) -> s.set(layout, at, value));
    }

    static Codec<Long> ofLong(ByteOrder order) {
        ValueLayout.OfLong layout = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(order);
        return new ScalarCodec<>(Long.BYTES, (s, at) -> s.get(layout, at), (s, at, value) -> s.set(layout, at, value));
    }

    /** One or two bytes without sign. */
    static Codec<Integer> narrow(int sizeBytes, ByteOrder order) {
        ValueLayout.OfShort layout = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order);
        int max = (1 << 8 * sizeBytes) - 1;
        return sizeBytes == 1
                ? new ScalarCodec<>(1, (s, at) -> Byte.toUnsignedInt(s.get(ValueLayout.JAVA_BYTE, at)),
                        (s, at, value) -> s.set(ValueLayout.JAVA_BYTE, at, (byte) inRange(value, max)))
                : new ScalarCodec<>(2, (s, at) -> Short.toUnsignedInt(s.get(layout, at)),
                        (s, at, value) -> s.set(layout, at, (short) inRange(value, max)));
    }

    static Codec<Long> unsignedInt() {
        return new ScalarCodec<>(Integer.BYTES,
                (s, at) -> Integer.toUnsignedLong(s.get(ValueLayout.JAVA_INT_UNALIGNED, at)),
                (s, at, value) -> s.set(ValueLayout.JAVA_INT_UNALIGNED, at, (int) inRange(value, 0xffff_ffffL)));
    }

    private static long inRange(long value, long max) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException("%d is not in 0 to %d".formatted(value, max));
        }
        return value;
    }

    @Override
    public int alignmentBytes() {
        return sizeBytes;
    }

    @Override
    public T read(MemorySegment segment, long offsetBytes) {
        return reader.read(segment, offsetBytes);
    }

    @Override
    public void write(MemorySegment segment, long offsetBytes, T value) {
        writer.write(segment, offsetBytes, value);
    }

    @Override
    public String toString() {
        return "number of %d bytes".formatted(sizeBytes);
    }
}
