package bpf4j.image;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Unsigned numbers of file headers, at any offset. */
final class LittleEndian {

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private LittleEndian() {
    }

    static int u8(MemorySegment data, long offset) {
        return Byte.toUnsignedInt(data.get(ValueLayout.JAVA_BYTE, offset));
    }

    static int u16(MemorySegment data, long offset) {
        return Short.toUnsignedInt(data.get(SHORT, offset));
    }

    static int i32(MemorySegment data, long offset) {
        return data.get(INT, offset);
    }

    static long u32(MemorySegment data, long offset) {
        return Integer.toUnsignedLong(data.get(INT, offset));
    }
}
