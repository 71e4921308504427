package bpf4j.fuzz;

import bpf4j.btf.BtfKind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** The fields of intact BTF, and its types taken apart and put together again. */
final class BtfLayout {

    private static final int HEADER_BYTES = 24;
    private static final int COMMON_BYTES = 12;

    private BtfLayout() {
    }

    /** Adds the columns of BTF at {@code bytes[from..to)}: header words, and the words of types by kind and place. */
    static void add(Columns columns, byte[] bytes, int from, int to) {
        for (int at = from; at + 4 <= Math.min(to, from + HEADER_BYTES); at += 4) {
            columns.add("BTF header at 0x%x".formatted(at - from), 4, at);
        }
        ByteBuffer data = Format.buffer(bytes, bytes[from] == (byte) 0xeb
                ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        int types = from + data.getInt(from + 4) + data.getInt(from + 8);
        int end = types + data.getInt(from + 12);
        for (int at = types; at < end; at += typeBytes(data, at)) {
            BtfKind kind = BtfKind.values()[data.getInt(at + 4) >>> 24 & 0x7f];
            columns.add(kind + " name", 4, at);
            columns.add(kind + " info", 4, at + 4);
            columns.add(kind + " size or type", 4, at + 8);
            for (int word = at + COMMON_BYTES; word < at + typeBytes(data, at); word += 4) {
                int place = kind.elementBytes() == 0 ? word - at : (word - at - COMMON_BYTES) % kind.elementBytes();
                columns.add("%s body at %d".formatted(kind, place), 4, word);
            }
        }
    }

    /** {@return whether these are intact types and strings behind a header of the usual form} */
    static boolean isPlain(byte[] bytes) {
        if (bytes.length < HEADER_BYTES) {
            return false;
        }
        ByteBuffer data = Format.buffer(bytes, Format.BTF.order(bytes));
        return data.getShort(0) == (short) 0xeb9f && data.getInt(4) == HEADER_BYTES && data.getInt(8) == 0
                && data.getInt(16) == data.getInt(12)
                && HEADER_BYTES + data.getInt(12) + data.getInt(20) == bytes.length;
    }

    /** {@return the bytes of each type of intact BTF that has no layout section} */
    static List<byte[]> types(byte[] btf) {
        ByteBuffer data = Format.buffer(btf, Format.BTF.order(btf));
        int from = data.getInt(4) + data.getInt(8);
        int end = from + data.getInt(12);
        List<byte[]> types = new ArrayList<>();
        for (int at = from; at < end; at += typeBytes(data, at)) {
            byte[] type = new byte[typeBytes(data, at)];
            data.get(at, type);
            types.add(type);
        }
        return types;
    }

    static byte[] strings(byte[] btf) {
        ByteBuffer data = Format.buffer(btf, Format.BTF.order(btf));
        byte[] strings = new byte[data.getInt(20)];
        data.get(data.getInt(4) + data.getInt(16), strings);
        return strings;
    }

    static byte[] join(ByteOrder order, List<byte[]> types, byte[] strings) {
        int typeBytes = types.stream().mapToInt(type -> type.length).sum();
        ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES + typeBytes + strings.length).order(order);
        out.putShort((short) 0xeb9f).put((byte) 1).put((byte) 0).putInt(HEADER_BYTES);
        out.putInt(0).putInt(typeBytes).putInt(typeBytes).putInt(strings.length);
        types.forEach(out::put);
        return out.put(strings).array();
    }

    private static int typeBytes(ByteBuffer data, int at) {
        int info = data.getInt(at + 4);
        BtfKind kind = BtfKind.values()[info >>> 24 & 0x7f];
        return COMMON_BYTES + kind.infoBytes() + (info & 0xffffff) * kind.elementBytes();
    }
}
