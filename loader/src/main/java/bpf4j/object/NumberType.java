package bpf4j.object;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * How a number stands in memory: an integer, a bool or an enumeration.
 *
 * @param sizeBytes 1, 2, 4 or 8
 * @param signed whether it is extended by its sign
 * @param bool whether it is 0 or 1
 */
record NumberType(int sizeBytes, boolean signed, boolean bool) {

    private static final VarHandle SHORT = ValueLayout.JAVA_SHORT.varHandle();
    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
    private static final VarHandle BYTE = ValueLayout.JAVA_BYTE.varHandle();

    /** The type of a number; empty for all other types. */
    static Optional<NumberType> of(Btf btf, int typeId) {
        return switch (btf.stripped(typeId)) {
            case BtfType.Int type when type.sizeBytes() <= Long.BYTES -> Optional.of(
                    new NumberType(type.sizeBytes(), type.signed(), type.encoding() == BtfType.Int.BOOL));
            case BtfType.Enumeration type -> Optional.of(new NumberType(type.sizeBytes(), type.signed(), false));
            default -> Optional.empty();
        };
    }

    boolean fits(long value) {
        if (bool) {
            return value == 0 || value == 1;
        }
        return sizeBytes == Long.BYTES || value >= min() && value <= max();
    }

    /** What fits, as a message has it. */
    String range() {
        return bool ? "0 or 1" : "%d to %d".formatted(min(), max());
    }

    private long min() {
        return signed ? -1L << bits() - 1 : 0;
    }

    private long max() {
        return signed ? ~(-1L << bits() - 1) : ~(-1L << bits());
    }

    private int bits() {
        return sizeBytes * Byte.SIZE;
    }

    /** Reads the number in one access where its place is aligned. */
    long get(MemorySegment place, ByteOrder order) {
        boolean aligned = place.maxByteAlignment() >= sizeBytes;
        boolean turned = order != ByteOrder.nativeOrder();
        return switch (sizeBytes) {
            case Byte.BYTES -> {
                byte value = (byte) BYTE.getVolatile(place, 0L);
                yield signed ? value : Byte.toUnsignedLong(value);
            }
            case Short.BYTES -> {
                short raw = aligned ? (short) SHORT.getVolatile(place, 0L)
                        : place.get(ValueLayout.JAVA_SHORT_UNALIGNED, 0);
                short value = turned ? Short.reverseBytes(raw) : raw;
                yield signed ? value : Short.toUnsignedLong(value);
            }
            case Integer.BYTES -> {
                int raw = aligned ? (int) INT.getVolatile(place, 0L) : place.get(ValueLayout.JAVA_INT_UNALIGNED, 0);
                int value = turned ? Integer.reverseBytes(raw) : raw;
                yield signed ? value : Integer.toUnsignedLong(value);
            }
            default -> {
                long raw = aligned ? (long) LONG.getVolatile(place, 0L) : place.get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
                yield turned ? Long.reverseBytes(raw) : raw;
            }
        };
    }

    /** Writes a number that fits, in one access where its place is aligned. */
    void set(MemorySegment place, ByteOrder order, long value) {
        boolean aligned = place.maxByteAlignment() >= sizeBytes;
        boolean turned = order != ByteOrder.nativeOrder();
        switch (sizeBytes) {
            case Byte.BYTES -> BYTE.setVolatile(place, 0L, (byte) value);
            case Short.BYTES -> {
                short raw = turned ? Short.reverseBytes((short) value) : (short) value;
                if (aligned) {
                    SHORT.setVolatile(place, 0L, raw);
                } else {
                    place.set(ValueLayout.JAVA_SHORT_UNALIGNED, 0, raw);
                }
            }
            case Integer.BYTES -> {
                int raw = turned ? Integer.reverseBytes((int) value) : (int) value;
                if (aligned) {
                    INT.setVolatile(place, 0L, raw);
                } else {
                    place.set(ValueLayout.JAVA_INT_UNALIGNED, 0, raw);
                }
            }
            default -> {
                long raw = turned ? Long.reverseBytes(value) : value;
                if (aligned) {
                    LONG.setVolatile(place, 0L, raw);
                } else {
                    place.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, raw);
                }
            }
        }
    }
}
