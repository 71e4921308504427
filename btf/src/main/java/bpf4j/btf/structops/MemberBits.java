package bpf4j.btf.structops;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Bits of a struct as BTF counts them: from the least significant of each byte, or on big endian from the most. */
final class MemberBits {

    private MemberBits() {
    }

    /** Whether any of {@code widthBits} bits from {@code offsetBits} is set. */
    static boolean anySet(MemorySegment struct, long offsetBits, long widthBits, ByteOrder order) {
        long endBits = offsetBits + widthBits;
        for (long byteIndex = offsetBits / 8; byteIndex * 8 < endBits; byteIndex++) {
            int first = (int) Math.max(offsetBits - byteIndex * 8, 0);
            int end = (int) Math.min(endBits - byteIndex * 8, 8);
            int mask = order == ByteOrder.LITTLE_ENDIAN ? (1 << end) - (1 << first) : (1 << 8 - first) - (1 << 8 - end);
            if ((struct.get(ValueLayout.JAVA_BYTE, byteIndex) & mask) != 0) {
                return true;
            }
        }
        return false;
    }
}
