package bpf4j.sys;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * A netlink message to be sent: {@code struct nlmsghdr}, the header of its family, attributes. Numbers are in the
 * machine's byte order, attributes begin at multiples of four. For one thread. Source: {@code
 * include/uapi/linux/netlink.h}.
 *
 * {@snippet :
 * var request = new NetlinkRequest(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL).u32(0, 0, 0, 0);
 * request.text(IFLA_IFNAME, "veth0").begin(IFLA_LINKINFO).text(IFLA_INFO_KIND, "veth").end();
 * }
 */
public final class NetlinkRequest {

    /** Every request has it. */
    public static final int NLM_F_REQUEST = 1;
    /** The kernel shall say how it went. */
    public static final int NLM_F_ACK = 4;
    /** The kernel sends back what it made of the request. */
    public static final int NLM_F_ECHO = 8;
    /** Asks for all objects: {@code NLM_F_ROOT | NLM_F_MATCH}. */
    public static final int NLM_F_DUMP = 0x300;
    /** Replaces what is there. */
    public static final int NLM_F_REPLACE = 0x100;
    /** Does not touch what is there. */
    public static final int NLM_F_EXCL = 0x200;
    /** Makes what is not there. */
    public static final int NLM_F_CREATE = 0x400;
    /** Marks an attribute that consists of attributes. */
    static final int NLA_F_NESTED = 0x8000;

    /** {@code sizeof(struct nlmsghdr)}: length, type, flags, sequence number, port. */
    static final int HEADER_BYTES = 16;
    /** {@code sizeof(struct nlattr)}: length and type. */
    static final int ATTRIBUTE_HEADER_BYTES = 4;
    /** An attribute's length has 16 bits. */
    private static final int MAX_ATTRIBUTE_BYTES = 0xffff;
    private static final int FIRST_CAPACITY_BYTES = 256;
    private static final int FLAGS_OFFSET_BYTES = 6;
    private static final int SEQUENCE_OFFSET_BYTES = 8;

    private final int flags;
    /** Offsets of the attributes that are open. */
    private final Deque<Integer> open = new ArrayDeque<>();
    private ByteBuffer bytes = ByteBuffer.allocate(FIRST_CAPACITY_BYTES).order(ByteOrder.nativeOrder());

    /**
     * Begins a message.
     *
     * @param type its type, such as {@code RTM_NEWLINK}
     * @param flags the {@code NLM_F_} constants beside {@link #NLM_F_REQUEST}; one without {@link #NLM_F_DUMP} is
     *     acknowledged
     */
    public NetlinkRequest(int type, int flags) {
        this.flags = flags | NLM_F_REQUEST | (isDump(flags) ? 0 : NLM_F_ACK);
        bytes.putInt(0).putShort((short) type).putShort((short) this.flags).putInt(0).putInt(0);
    }

    private static boolean isDump(int flags) {
        return (flags & NLM_F_DUMP) == NLM_F_DUMP;
    }

    /** {@return whether this asks for all objects} */
    boolean isDump() {
        return isDump(flags);
    }

    /**
     * Appends numbers of 32 bits, for the header of the family.
     *
     * @param values the numbers
     * @return this
     */
    public NetlinkRequest u32(int... values) {
        ByteBuffer to = room(values.length * Integer.BYTES);
        for (int value : values) {
            to.putInt(value);
        }
        return this;
    }

    /**
     * Appends an attribute of 32 bits.
     *
     * @param type its type
     * @param value its value
     * @return this
     */
    public NetlinkRequest attribute(int type, int value) {
        begin(type);
        u32(value);
        return close(0);
    }

    /**
     * Appends an attribute.
     *
     * @param type its type
     * @param value its value
     * @return this
     * @throws IllegalArgumentException if it is longer than an attribute can be
     */
    public NetlinkRequest attribute(int type, byte[] value) {
        if (value.length > MAX_ATTRIBUTE_BYTES - ATTRIBUTE_HEADER_BYTES) {
            throw new IllegalArgumentException(
                    "netlink attribute %d: %d bytes are too long".formatted(type, value.length));
        }
        begin(type);
        room(value.length).put(value);
        return close(0);
    }

    /**
     * Appends an attribute with a text and a NUL.
     *
     * @param type its type
     * @param text its value
     * @return this
     * @throws IllegalArgumentException if it is longer than an attribute can be, or has a NUL inside
     */
    public NetlinkRequest text(int type, String text) {
        if (text.indexOf(0) >= 0) {
            throw new IllegalArgumentException("netlink attribute %d: a text cannot contain NUL".formatted(type));
        }
        byte[] value = text.getBytes(StandardCharsets.UTF_8);
        return attribute(type, Arrays.copyOf(value, value.length + 1));
    }

    /**
     * Begins an attribute that consists of what is appended until {@link #end}.
     *
     * @param type its type
     * @return this
     */
    public NetlinkRequest begin(int type) {
        open.push(bytes.position());
        room(ATTRIBUTE_HEADER_BYTES).putShort((short) 0).putShort((short) type);
        return this;
    }

    /**
     * Ends what {@link #begin} began.
     *
     * @return this
     * @throws IllegalArgumentException if it is longer than an attribute can be
     */
    public NetlinkRequest end() {
        return close(NLA_F_NESTED);
    }

    private NetlinkRequest close(int flag) {
        int start = open.pop();
        int length = bytes.position() - start;
        if (length > MAX_ATTRIBUTE_BYTES) {
            throw new IllegalArgumentException("netlink attribute: %d bytes are too long".formatted(length));
        }
        bytes.putShort(start, (short) length);
        int typeOffset = start + Short.BYTES;
        bytes.putShort(typeOffset, (short) (bytes.getShort(typeOffset) | flag));
        int padding = -length & 3;
        room(padding).position(bytes.position() + padding);
        return this;
    }

    private ByteBuffer room(int size) {
        if (bytes.remaining() < size) {
            int capacity = Math.max(Math.addExact(bytes.position(), size), Math.multiplyExact(bytes.capacity(), 2));
            bytes = ByteBuffer.allocate(capacity).order(ByteOrder.nativeOrder()).put(bytes.flip());
        }
        return bytes;
    }

    /**
     * Returns the message.
     *
     * @param sequence its number, which the answer has too
     * @return its bytes
     */
    byte[] toBytes(int sequence) {
        bytes.putInt(0, bytes.position());
        bytes.putShort(FLAGS_OFFSET_BYTES, (short) flags);
        bytes.putInt(SEQUENCE_OFFSET_BYTES, sequence);
        return Arrays.copyOf(bytes.array(), bytes.position());
    }
}
