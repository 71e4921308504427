package bpf4j.sys;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The attributes of a netlink message, or of one of its attributes. Immutable. Of several with one type the last
 * counts. Reading ends at the first attribute that does not fit what it is in, as it does in the kernel.
 */
public final class NetlinkAttributes {

    /** The bits beside the flags for nesting and byte order. */
    private static final int NLA_TYPE_MASK = 0x3fff;

    private final Map<Integer, ByteBuffer> values;

    private NetlinkAttributes(Map<Integer, ByteBuffer> values) {
        this.values = values;
    }

    /**
     * Reads attributes.
     *
     * @param bytes where they are, from position to limit, which stay as they are
     * @return the attributes
     */
    static NetlinkAttributes read(ByteBuffer bytes) {
        Map<Integer, ByteBuffer> values = new LinkedHashMap<>();
        ByteBuffer rest = bytes.slice().order(ByteOrder.nativeOrder());
        while (rest.remaining() >= NetlinkRequest.ATTRIBUTE_HEADER_BYTES) {
            int start = rest.position();
            int length = Short.toUnsignedInt(rest.getShort(start));
            int type = rest.getShort(start + Short.BYTES) & NLA_TYPE_MASK;
            if (length < NetlinkRequest.ATTRIBUTE_HEADER_BYTES || length > rest.remaining()) {
                break;
            }
            values.put(type, rest.slice(start + NetlinkRequest.ATTRIBUTE_HEADER_BYTES,
                    length - NetlinkRequest.ATTRIBUTE_HEADER_BYTES));
            rest.position(Math.min(start + (length + 3 & -4), rest.limit()));
        }
        return new NetlinkAttributes(values);
    }

    /**
     * Reads a number of 16 bits.
     *
     * @param type the attribute's type
     * @return the number, 0 to 65535, empty if there is no such attribute or it is shorter
     */
    public OptionalInt u16(int type) {
        ByteBuffer value = values.get(type);
        return value == null || value.remaining() < Short.BYTES ? OptionalInt.empty()
                : OptionalInt.of(Short.toUnsignedInt(value.order(ByteOrder.nativeOrder()).getShort(0)));
    }

    /**
     * Reads a number of 64 bits.
     *
     * @param type the attribute's type
     * @return the number, empty if there is no such attribute or it is shorter
     */
    public OptionalLong u64(int type) {
        ByteBuffer value = values.get(type);
        return value == null || value.remaining() < Long.BYTES ? OptionalLong.empty()
                : OptionalLong.of(value.order(ByteOrder.nativeOrder()).getLong(0));
    }

    /**
     * Reads a number of 32 bits.
     *
     * @param type the attribute's type
     * @return the number, empty if there is no such attribute or it is shorter
     */
    public OptionalInt u32(int type) {
        ByteBuffer value = values.get(type);
        return value == null || value.remaining() < Integer.BYTES ? OptionalInt.empty()
                : OptionalInt.of(value.order(ByteOrder.nativeOrder()).getInt(0));
    }

    /**
     * Reads a text, up to its first NUL.
     *
     * @param type the attribute's type
     * @return the text, empty if there is no such attribute
     */
    public Optional<String> text(int type) {
        return Optional.ofNullable(values.get(type)).map(value -> {
            int length = 0;
            while (length < value.limit() && value.get(length) != 0) {
                length++;
            }
            byte[] text = new byte[length];
            value.get(0, text);
            return new String(text, StandardCharsets.UTF_8);
        });
    }

    /**
     * Reads the bytes of an attribute.
     *
     * @param type the attribute's type
     * @return a copy of them, empty if there is no such attribute
     */
    public Optional<byte[]> bytes(int type) {
        return Optional.ofNullable(values.get(type)).map(value -> {
            byte[] bytes = new byte[value.limit()];
            value.get(0, bytes);
            return bytes;
        });
    }

    /**
     * Reads an attribute that is a list, whose elements have numbers for types and consist of attributes.
     *
     * @param type the attribute's type
     * @return the elements in order; none if there is no such attribute
     */
    public List<NetlinkAttributes> list(int type) {
        return nested(type).values.values().stream().map(NetlinkAttributes::read).toList();
    }

    /**
     * Reads the attributes that an attribute consists of.
     *
     * @param type the attribute's type
     * @return them; none if there is no such attribute
     */
    public NetlinkAttributes nested(int type) {
        ByteBuffer value = values.get(type);
        return value == null ? new NetlinkAttributes(Map.of()) : read(value);
    }

    /** {@return whether there is an attribute of this type} */
    public boolean has(int type) {
        return values.containsKey(type);
    }
}
