package bpf4j.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * Several inputs in one: each part but the last behind its length, a little-endian {@code u32}. Any bytes are such a
 * list, as lengths that are too large take what there is: whoever mutates the whole cannot miss.
 */
final class Parts {

    private Parts() {
    }

    static byte[] join(List<byte[]> parts) {
        int size = parts.stream().mapToInt(part -> part.length).sum() + Integer.BYTES * (parts.size() - 1);
        ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < parts.size(); i++) {
            if (i < parts.size() - 1) {
                out.putInt(parts.get(i).length);
            }
            out.put(parts.get(i));
        }
        return out.array();
    }

    static byte[][] split(byte[] input, int count) {
        byte[][] parts = new byte[count][];
        int at = 0;
        for (int i = 0; i < count; i++) {
            int end = input.length;
            if (i < count - 1 && input.length - at >= Integer.BYTES) {
                int length = ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
                at += Integer.BYTES;
                end = at + (int) Math.min(Integer.toUnsignedLong(length), input.length - at);
            }
            parts[i] = Arrays.copyOfRange(input, at, end);
            at = end;
        }
        return parts;
    }
}
