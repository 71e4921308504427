package bpf4j.image;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** The checksum of Zstandard frames, with seed 0. Source: the xxHash specification, XXH64. */
final class XxHash64 {

    private static final long PRIME_1 = 0x9e3779b185ebca87L;
    private static final long PRIME_2 = 0xc2b2ae3d27d4eb4fL;
    private static final long PRIME_3 = 0x165667b19e3779f9L;
    private static final long PRIME_4 = 0x85ebca77c2b2ae63L;
    private static final long PRIME_5 = 0x27d4eb2f165667c5L;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private XxHash64() {
    }

    static long of(MemorySegment data) {
        long size = data.byteSize();
        long at = 0;
        long hash = PRIME_5;
        if (size >= 32) {
            long a = PRIME_1 + PRIME_2;
            long b = PRIME_2;
            long c = 0;
            long d = -PRIME_1;
            for (; size - at >= 32; at += 32) {
                a = round(a, data.get(LONG, at));
                b = round(b, data.get(LONG, at + 8));
                c = round(c, data.get(LONG, at + 16));
                d = round(d, data.get(LONG, at + 24));
            }
            hash = Long.rotateLeft(a, 1) + Long.rotateLeft(b, 7) + Long.rotateLeft(c, 12) + Long.rotateLeft(d, 18);
            hash = merge(merge(merge(merge(hash, a), b), c), d);
        }
        hash += size;
        for (; size - at >= 8; at += 8) {
            hash = Long.rotateLeft(hash ^ round(0, data.get(LONG, at)), 27) * PRIME_1 + PRIME_4;
        }
        if (size - at >= 4) {
            hash = Long.rotateLeft(hash ^ LittleEndian.u32(data, at) * PRIME_1, 23) * PRIME_2 + PRIME_3;
            at += 4;
        }
        for (; at < size; at++) {
            hash = Long.rotateLeft(hash ^ LittleEndian.u8(data, at) * PRIME_5, 11) * PRIME_1;
        }
        hash = (hash ^ hash >>> 33) * PRIME_2;
        hash = (hash ^ hash >>> 29) * PRIME_3;
        return hash ^ hash >>> 32;
    }

    private static long round(long sum, long word) {
        return Long.rotateLeft(sum + word * PRIME_2, 31) * PRIME_1;
    }

    private static long merge(long hash, long sum) {
        return (hash ^ round(0, sum)) * PRIME_1 + PRIME_4;
    }
}
