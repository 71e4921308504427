package bpf4j.elf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The one place that touches the file's bytes: every read is bounded and names what it was reading. The layout of each
 * read is a constant, which is what the compiler turns into a plain load.
 */
final class ElfBytes {

    private static final ValueLayout.OfShort SHORT_LE =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT_BE =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT_LE = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT_BE = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG_LE =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG_BE = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final MemorySegment segment;
    private final boolean little;
    private final String subject;

    ElfBytes(MemorySegment segment, ByteOrder order, String subject) {
        this.segment = segment;
        this.little = order == ByteOrder.LITTLE_ENDIAN;
        this.subject = subject;
    }

    long size() {
        return segment.byteSize();
    }

    int u8(long offset) {
        return Byte.toUnsignedInt(segment.get(ValueLayout.JAVA_BYTE, check(offset, 1)));
    }

    int u16(long offset) {
        return Short.toUnsignedInt(little ? segment.get(SHORT_LE, check(offset, 2))
                : segment.get(SHORT_BE, check(offset, 2)));
    }

    int i32(long offset) {
        return little ? segment.get(INT_LE, check(offset, 4)) : segment.get(INT_BE, check(offset, 4));
    }

    long u32(long offset) {
        return Integer.toUnsignedLong(i32(offset));
    }

    long i64(long offset) {
        return little ? segment.get(LONG_LE, check(offset, 8)) : segment.get(LONG_BE, check(offset, 8));
    }

    /** A window of the file; {@code place} says whose, for the message. */
    MemorySegment slice(long offset, long size, String place) {
        if (offset < 0 || size < 0 || offset > segment.byteSize() || size > segment.byteSize() - offset) {
            throw fail(place, "0x%x bytes at 0x%x run past the end of the file at 0x%x"
                    .formatted(size, offset, segment.byteSize()));
        }
        return segment.asSlice(offset, size);
    }

    ElfFormatException fail(String place, String problem) {
        return new ElfFormatException(subject + ": " + place + ": " + problem);
    }

    private long check(long offset, int size) {
        if (offset < 0 || offset > segment.byteSize() - size) {
            throw fail("0x%x".formatted(offset),
                    "%d bytes run past the end of the file at 0x%x".formatted(size, segment.byteSize()));
        }
        return offset;
    }
}
