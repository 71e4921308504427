package bpf4j.btf;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes BTF word by word, for data that {@link BtfBuilder} would not write. */
final class WireBtf {

    /** A type section of one int of four bytes, without a name. */
    static final int[] ONE_INT = {0, BtfKind.BTF_KIND_INT.ordinal() << 24, 4, 32};

    ByteOrder order = ByteOrder.LITTLE_ENDIAN;
    int version = 1;
    int headerBytes = 24;
    int[] header = new int[0];
    int[] types = {};
    int typeOffset;
    int typeBytes = -1;
    int stringOffset = -1;
    int stringBytes = -1;
    byte[] strings = {0};
    byte[] layout = {};

    static int info(BtfKind kind, int vlen) {
        return kind.ordinal() << 24 | vlen;
    }

    WireBtf types(int... words) {
        types = words;
        return this;
    }

    WireBtf strings(String text) {
        strings = text.getBytes(StandardCharsets.ISO_8859_1);
        return this;
    }

    /**
     * Adds the header's layout fields and the section: for each kind info bytes, element bytes and two bytes of flags.
     */
    WireBtf layout(byte[] section) {
        headerBytes = 32;
        layout = section;
        return this;
    }

    byte[] bytes() {
        int size = types.length * 4;
        int total = Math.max(headerBytes, 24) + size + strings.length + layout.length;
        ByteBuffer out = ByteBuffer.allocate(total).order(order);
        out.putShort((short) 0xeb9f).put((byte) version).put((byte) 0).putInt(headerBytes);
        out.putInt(typeOffset).putInt(typeBytes < 0 ? size : typeBytes);
        out.putInt(stringOffset < 0 ? size : stringOffset).putInt(stringBytes < 0 ? strings.length : stringBytes);
        if (headerBytes >= 32) {
            out.putInt(size + strings.length).putInt(layout.length);
        }
        for (int word : header) {
            out.putInt(word);
        }
        out.position(Math.max(headerBytes, 24));
        for (int word : types) {
            out.putInt(word);
        }
        return out.put(strings).put(layout).array();
    }

    MemorySegment segment() {
        return MemorySegment.ofArray(bytes());
    }

    Btf parse() {
        return Btf.parse(bytes());
    }
}
