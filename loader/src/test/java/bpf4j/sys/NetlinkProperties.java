package bpf4j.sys;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.OptionalInt;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever comes is read without harm, and what is written is read back. */
class NetlinkProperties {

    private static final int SEQUENCE = 1;

    @Property
    void anyDatagramIsReadWithoutHarm(@ForAll @Size(max = 200) byte[] bytes) {
        read(bytes);
    }

    @Property
    void damagedAnswerIsReadWithoutHarm(@ForAll @IntRange(max = 500) int at, @ForAll byte value,
            @ForAll @IntRange(max = 500) int length) {
        byte[] answer = new NetlinkRequest(2, 0x300).u32(-22, 60, 0, 0, 0).text(1, "words").begin(2).attribute(3, 4)
                .end().toBytes(SEQUENCE);
        byte[] cut = Arrays.copyOf(answer, Math.min(length, answer.length));
        if (cut.length > 0) {
            cut[at % cut.length] = value;
        }
        read(cut);
    }

    private static void read(byte[] bytes) {
        NetlinkReply.Reader reader = new NetlinkReply.Reader(SEQUENCE);
        reader.accept(ByteBuffer.wrap(bytes));
        NetlinkReply reply = reader.reply();
        assertTrue(reply.status() <= 0);
        assertTrue(reply.complaint().length() <= bytes.length);
        for (NetlinkReply.Message message : reply.messages()) {
            message.u32(8);
            message.u8(7);
            NetlinkAttributes attributes = message.attributes(4);
            attributes.nested(2).text(1);
            attributes.list(2).forEach(element -> element.bytes(3));
            attributes.u16(1);
            attributes.u64(1);
        }
    }

    @Property
    void attributesAreReadBack(@ForAll @IntRange(max = 0x3fff) int type, @ForAll int value,
            @ForAll @Size(max = 300) byte[] other) {
        byte[] bytes = new NetlinkRequest(0, 0).attribute(type ^ 1, other).attribute(type, value).toBytes(SEQUENCE);
        NetlinkAttributes read = NetlinkAttributes.read(
                ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).position(16));
        assertTrue(read.u32(type).equals(OptionalInt.of(value)));
        assertArrayEquals(other, read.bytes(type ^ 1).orElseThrow());
    }
}
