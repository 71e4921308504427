package bpf4j.map;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Where an integer is in a struct: whole bytes or a bitfield, in the machine's byte order.
 *
 * @param name for messages
 * @param offsetBits where it starts, as BTF counts: from the lowest bit of a byte on little endian, from the highest on
 *     big
 * @param bits its width, 1 to 64
 * @param signed whether the highest bit is a sign
 */
record IntegerPlace(String name, long offsetBits, int bits, boolean signed) {

    private static final boolean LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    IntegerPlace {
        if (bits < 1 || bits > Long.SIZE || offsetBits < 0) {
            throw new IllegalArgumentException("%s: %d bits at bit %d are no integer"
                    .formatted(name, bits, offsetBits));
        }
    }

    /** {@return the integer, extended by its sign or by zeros} */
    long read(MemorySegment segment, long structBytes) {
        long at = structBytes + (offsetBits >> 3);
        if ((offsetBits & 7) == 0) {
            switch (bits) {
                case Byte.SIZE -> {
                    return extend(segment.get(ValueLayout.JAVA_BYTE, at));
                }
                case Short.SIZE -> {
                    return extend(segment.get(ValueLayout.JAVA_SHORT_UNALIGNED, at));
                }
                case Integer.SIZE -> {
                    return extend(segment.get(ValueLayout.JAVA_INT_UNALIGNED, at));
                }
                case Long.SIZE -> {
                    return segment.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
                }
                default -> { }
            }
        }
        return extend(readBits(segment, at, (int) (offsetBits & 7), bits, LITTLE));
    }

    boolean readBoolean(MemorySegment segment, long structBytes) {
        return read(segment, structBytes) != 0;
    }

    /** Writes the integer, which may be as wide as the place, with or without sign; other bits stay. */
    void write(MemorySegment segment, long structBytes, long value) {
        long at = structBytes + (offsetBits >> 3);
        if ((offsetBits & 7) == 0) {
            switch (bits) {
                case Byte.SIZE -> {
                    segment.set(ValueLayout.JAVA_BYTE, at, (byte) value);
                    return;
                }
                case Short.SIZE -> {
                    segment.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, (short) value);
                    return;
                }
                case Integer.SIZE -> {
                    segment.set(ValueLayout.JAVA_INT_UNALIGNED, at, (int) value);
                    return;
                }
                case Long.SIZE -> {
                    segment.set(ValueLayout.JAVA_LONG_UNALIGNED, at, value);
                    return;
                }
                default -> { }
            }
        }
        writeBits(segment, at, (int) (offsetBits & 7), bits, value, LITTLE);
    }

    /** Writes a number of a Java type that is wider than the place, if it fits. */
    void writeChecked(MemorySegment segment, long structBytes, long value) {
        if (value != extend(value)) {
            throw new IllegalArgumentException(
                    "%s: %d does not fit %s%d bits".formatted(name, value, signed ? "signed " : "", bits));
        }
        write(segment, structBytes, value);
    }

    void writeBoolean(MemorySegment segment, long structBytes, boolean value) {
        write(segment, structBytes, value ? 1 : 0);
    }

    /** {@return the lowest bits of a number as a number of this place} */
    long extend(long value) {
        int unused = Long.SIZE - bits;
        return signed ? value << unused >> unused : value << unused >>> unused;
    }

    /** The order is an argument so that both can be tested. */
    static long readBits(MemorySegment segment, long firstByte, int firstBit, int bits, boolean little) {
        long value = 0;
        int bit = firstBit;
        for (int done = 0; done < bits;) {
            int inByte = bit & 7;
            int count = Math.min(8 - inByte, bits - done);
            int part = segment.get(ValueLayout.JAVA_BYTE, firstByte + (bit >> 3)) >> shift(inByte, count, little)
                    & (1 << count) - 1;
            value = little ? value | (long) part << done : value << count | part;
            done += count;
            bit += count;
        }
        return value;
    }

    static void writeBits(MemorySegment segment, long firstByte, int firstBit, int bits, long value, boolean little) {
        int bit = firstBit;
        for (int done = 0; done < bits;) {
            int inByte = bit & 7;
            int count = Math.min(8 - inByte, bits - done);
            int shift = shift(inByte, count, little);
            int mask = (1 << count) - 1 << shift;
            long part = little ? value >>> done : value >>> bits - done - count;
            long at = firstByte + (bit >> 3);
            int kept = segment.get(ValueLayout.JAVA_BYTE, at) & ~mask;
            segment.set(ValueLayout.JAVA_BYTE, at, (byte) (kept | part << shift & mask));
            done += count;
            bit += count;
        }
    }

    private static int shift(int inByte, int count, boolean little) {
        return little ? inByte : 8 - inByte - count;
    }
}
