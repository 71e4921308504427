package bpf4j.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers as kernels write them, and as none should. */
class NetlinkReplyTest {

    private static final int SEQUENCE = 5;
    private static final int ERROR = 2;
    private static final int DONE = 3;
    private static final int RTM_NEWLINK = 16;
    private static final int MULTI = 2;
    private static final int DUMP_INTR = 0x10;
    private static final int CAPPED = 0x100;
    private static final int ACK_TLVS = 0x200;
    private static final int EBADMSG = -Errno.EBADMSG.number();

    private final NetlinkReply.Reader reader = new NetlinkReply.Reader(SEQUENCE);

    private static byte[] message(int type, int flags, int sequence, byte[] payload) {
        return message(16 + payload.length, type, flags, sequence, payload);
    }

    private static byte[] message(int length, int type, int flags, int sequence, byte[] payload) {
        return ByteBuffer.allocate(16 + payload.length + 3 & -4).order(ByteOrder.nativeOrder()).putInt(length)
                .putShort((short) type).putShort((short) flags).putInt(sequence).putInt(0).put(payload).array();
    }

    private static byte[] ints(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.nativeOrder());
        for (int value : values) {
            bytes.putInt(value);
        }
        return bytes.array();
    }

    private static byte[] joined(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer all = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }

    private static byte[] attribute(int type, byte[] value) {
        ByteBuffer bytes = ByteBuffer.allocate(4 + value.length + 3 & -4).order(ByteOrder.nativeOrder());
        return bytes.putShort((short) (4 + value.length)).putShort((short) type).put(value).array();
    }

    private static byte[] words(String text) {
        return attribute(1, (text + "\0").getBytes(StandardCharsets.US_ASCII));
    }

    private NetlinkReply read(byte[]... datagrams) {
        for (byte[] datagram : datagrams) {
            assertFalse(reader.isComplete());
            reader.accept(ByteBuffer.wrap(datagram));
        }
        assertTrue(reader.isComplete());
        return reader.reply();
    }

    @Test
    void acknowledgementIsTheEnd() {
        assertEquals(new NetlinkReply(0, "", List.of()), read(message(ERROR, CAPPED, SEQUENCE, ints(0, 20, 0, 0, 0))));
    }

    @Test
    void refusalHasTheKernelsWords() {
        byte[] header = ints(-22, 20, 0, 0, 0);
        assertEquals(new NetlinkReply(-22, "no such thing", List.of()), read(
                message(ERROR, CAPPED | ACK_TLVS, SEQUENCE, joined(header, words("no such thing")))));
    }

    /** Kernels without {@code NETLINK_CAP_ACK} repeat the request before their words. */
    @Test
    void refusalMayRepeatTheRequest() {
        byte[] request = ints(22, 0, 0, 0, 4711, 0);
        assertEquals("words", read(message(ERROR, ACK_TLVS, SEQUENCE,
                joined(ints(-1), request, words("words")))).complaint());
    }

    @Test
    void dumpComesInParts() {
        NetlinkReply reply = read(
                joined(message(RTM_NEWLINK, MULTI, SEQUENCE, ints(1, 2, 3)),
                        message(RTM_NEWLINK, MULTI, SEQUENCE, ints(4))),
                message(RTM_NEWLINK, MULTI, SEQUENCE, joined(ints(7), attribute(3, new byte[] {'l', 'o', 0}))),
                message(DONE, MULTI, SEQUENCE, ints(0)));
        assertEquals(0, reply.status());
        assertEquals(3, reply.messages().size());
        assertEquals(RTM_NEWLINK, reply.messages().getFirst().type());
        assertEquals(3, reply.messages().getFirst().u32(8));
        assertEquals(0, reply.messages().getFirst().u32(9));
        assertEquals("lo", reply.messages().getLast().attributes(4).text(3).orElseThrow());
        assertFalse(reader.isInterrupted());
    }

    @Test
    void dumpMayFailAtItsEnd() {
        assertEquals(-95, read(message(DONE, MULTI, SEQUENCE, ints(-95))).status());
    }

    @Test
    void dumpMayEndWithoutAStatus() {
        assertEquals(0, read(message(DONE, MULTI, SEQUENCE, new byte[0])).status());
    }

    @Test
    void tableThatChangedIsNoticed() {
        read(message(RTM_NEWLINK, MULTI | DUMP_INTR, SEQUENCE, ints(1)), message(DONE, MULTI, SEQUENCE, ints(0)));
        assertTrue(reader.isInterrupted());
    }

    @Test
    void answersToOthersAndNothingsAreSkipped() {
        NetlinkReply reply = read(message(ERROR, 0, SEQUENCE - 1, ints(-1, 16, 0, 0, 0)),
                message(1, 0, SEQUENCE, new byte[0]), new byte[0],
                message(ERROR, CAPPED, SEQUENCE, ints(0, 16, 0, 0, 0)));
        assertEquals(new NetlinkReply(0, "", List.of()), reply);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 15, 21, 1000, Integer.MAX_VALUE, -1, Integer.MIN_VALUE})
    void lengthThatDoesNotFitIsMalformed(int length) {
        assertEquals(EBADMSG, read(message(length, ERROR, 0, SEQUENCE, ints(0))).status());
    }

    @Test
    void whatIsShorterThanAHeaderIsMalformed() {
        assertEquals(EBADMSG, read(new byte[15]).status());
    }

    @Test
    void errorWithoutANumberIsMalformed() {
        assertEquals(EBADMSG, read(message(ERROR, 0, SEQUENCE, new byte[3])).status());
    }

    @Test
    void positiveStatusIsMalformed() {
        assertEquals(EBADMSG, read(message(ERROR, 0, SEQUENCE, ints(1))).status());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 4096, 0x7fffffff, -1})
    void repeatedRequestOfAnyLengthDoesNoHarm(int length) {
        assertEquals("", read(message(ERROR, ACK_TLVS, SEQUENCE, ints(-1, length, 0, 0, 0))).complaint());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 9, 0xffff})
    void attributesEndWhereOneDoesNotFit(int length) {
        byte[] good = attribute(1, ints(42));
        ByteBuffer bad = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder())
                .putShort((short) length).putShort((short) 2);
        NetlinkAttributes read = NetlinkAttributes.read(ByteBuffer.wrap(joined(good, bad.array())));
        assertEquals(42, read.u32(1).orElseThrow());
        assertFalse(read.has(2));
    }

    @Test
    void shortAttributesAreNoNumbers() {
        NetlinkAttributes read = NetlinkAttributes.read(ByteBuffer.wrap(joined(attribute(1, new byte[3]),
                attribute(2, new byte[0]), attribute(0xc003, ints(7)))));
        assertTrue(read.has(1));
        assertTrue(read.u32(1).isEmpty());
        assertTrue(read.u32(2).isEmpty());
        assertEquals("", read.text(2).orElseThrow());
        assertEquals(7, read.u32(3).orElseThrow());
    }

    @Test
    void numbersOfAllSizesAndLists() {
        byte[] bytes = new NetlinkRequest(0, 0).u32(0x04030201)
                .attribute(1, new byte[] {1, 1}).attribute(2, new byte[] {1, 1, 1, 1, 1, 1, 1, 1})
                .begin(3).begin(1).attribute(5, 6).end().begin(2).attribute(5, 7).end().end().toBytes(1);
        NetlinkAttributes read = NetlinkAttributes.read(
                ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).position(20));
        assertEquals(OptionalInt.of(0x0101), read.u16(1));
        assertEquals(OptionalLong.of(0x0101010101010101L), read.u64(2));
        assertEquals(List.of(OptionalInt.of(6), OptionalInt.of(7)),
                read.list(3).stream().map(element -> element.u32(5)).toList());
        assertEquals(List.of(OptionalInt.empty(), OptionalLong.empty(), List.of(), Optional.empty()),
                List.of(read.u16(4), read.u64(1), read.list(4), read.bytes(4)));
    }

    @Test
    void messagesShorterThanTheirHeaderHaveNoAttributes() {
        NetlinkReply reply = read(joined(message(RTM_NEWLINK, MULTI, SEQUENCE, ints(1)),
                message(DONE, MULTI, SEQUENCE, ints(0))));
        assertFalse(reply.messages().getFirst().attributes(16).has(0));
        assertEquals(0, reply.messages().getFirst().u32(4));
    }
}
