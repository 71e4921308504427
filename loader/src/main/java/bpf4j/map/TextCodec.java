package bpf4j.map;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** UTF-8 in an array of char, padded with NUL. */
record TextCodec(int sizeBytes) implements Codec<String> {

    TextCodec {
        if (sizeBytes < 1) {
            throw new IllegalArgumentException("an array of %d characters".formatted(sizeBytes));
        }
    }

    @Override
    public String read(MemorySegment segment, long offsetBytes) {
        byte[] bytes = segment.asSlice(offsetBytes, sizeBytes).toArray(ValueLayout.JAVA_BYTE);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    @Override
    public void write(MemorySegment segment, long offsetBytes, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > sizeBytes) {
            throw new IllegalArgumentException("'%s' has %d bytes, and there is room for %d"
                    .formatted(value, bytes.length, sizeBytes));
        }
        if (value.indexOf(0) >= 0) {
            throw new IllegalArgumentException("the text contains a NUL, which would end it");
        }
        MemorySegment.copy(Arrays.copyOf(bytes, sizeBytes), 0, segment, ValueLayout.JAVA_BYTE, offsetBytes, sizeBytes);
    }

    @Override
    public String toString() {
        return "text of %d bytes".formatted(sizeBytes);
    }
}
