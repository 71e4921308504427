package bpf4j.btf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Ints of a section of either byte order. The layout that is read with is a constant whatever the order, since the
 * compiler turns only reads with a constant layout into plain loads.
 */
final class Words {

    private static final ValueLayout.OfInt LITTLE =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment data;
    private final boolean little;

    Words(MemorySegment data, ByteOrder order) {
        this.data = data;
        this.little = order == ByteOrder.LITTLE_ENDIAN;
    }

    /** The int at an offset in bytes, at any alignment; the segment's own bounds hold. */
    int at(long offsetBytes) {
        int word = data.get(LITTLE, offsetBytes);
        return little ? word : Integer.reverseBytes(word);
    }
}
