package bpf4j.image;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Looks for a few bytes in many. */
final class Pattern {

    private Pattern() {
    }

    /** {@return where the bytes stand first at {@code from} or later, -1 if nowhere} */
    static long find(MemorySegment data, byte[] bytes, long from) {
        long last = data.byteSize() - bytes.length;
        byte first = bytes[0];
        for (long at = from; at <= last; at++) {
            if (data.get(ValueLayout.JAVA_BYTE, at) == first && matches(data, bytes, at)) {
                return at;
            }
        }
        return -1;
    }

    private static boolean matches(MemorySegment data, byte[] bytes, long at) {
        for (int i = 1; i < bytes.length; i++) {
            if (data.get(ValueLayout.JAVA_BYTE, at + i) != bytes[i]) {
                return false;
            }
        }
        return true;
    }
}
