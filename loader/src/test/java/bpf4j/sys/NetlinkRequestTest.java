package bpf4j.sys;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class NetlinkRequestTest {

    private static final int HEADER_BYTES = 16;

    private static ByteBuffer bytes(NetlinkRequest request) {
        return ByteBuffer.wrap(request.toBytes(77)).order(ByteOrder.nativeOrder());
    }

    private static NetlinkAttributes attributes(NetlinkRequest request) {
        return NetlinkAttributes.read(bytes(request).position(HEADER_BYTES));
    }

    @Test
    void headerHasLengthTypeFlagsAndNumber() {
        ByteBuffer bytes = bytes(new NetlinkRequest(16, NetlinkRequest.NLM_F_CREATE).u32(1, 2));
        assertEquals(24, bytes.limit());
        assertEquals(24, bytes.getInt(0));
        assertEquals(16, bytes.getShort(4));
        assertEquals(0x405, bytes.getShort(6));
        assertEquals(77, bytes.getInt(8));
        assertEquals(0, bytes.getInt(12));
        assertEquals(2, bytes.getInt(20));
    }

    @Test
    void dumpIsNotAcknowledged() {
        NetlinkRequest dump = new NetlinkRequest(18, NetlinkRequest.NLM_F_DUMP);
        assertEquals(0x301, bytes(dump).getShort(6));
        assertTrue(dump.isDump());
        assertFalse(new NetlinkRequest(18, 0).isDump());
    }

    @Test
    void attributesArePadded() {
        ByteBuffer bytes = bytes(new NetlinkRequest(0, 0).attribute(5, new byte[] {1, 2, 3}).attribute(6, -1));
        assertEquals(HEADER_BYTES + 8 + 8, bytes.limit());
        assertEquals(7, bytes.getShort(HEADER_BYTES));
        assertEquals(5, bytes.getShort(HEADER_BYTES + 2));
        assertEquals(0, bytes.get(HEADER_BYTES + 7));
        assertEquals(8, bytes.getShort(HEADER_BYTES + 8));
    }

    @Test
    void nestedAttributesAreReadBack() {
        NetlinkAttributes read = attributes(new NetlinkRequest(0, 0).text(3, "veth0").begin(18).text(1, "veth").begin(2)
                .attribute(7, 42).end().end());
        assertEquals(Optional.of("veth0"), read.text(3));
        assertEquals(Optional.of("veth"), read.nested(18).text(1));
        assertEquals(OptionalInt.of(42), read.nested(18).nested(2).u32(7));
        assertFalse(read.has(1));
        assertFalse(read.nested(99).has(1));
    }

    /** The interface's name that is too long for the kernel is the kernel's to refuse, not ours to write past. */
    @Test
    void longTextsFitOrAreRefused() {
        String longest = "x".repeat(65530);
        assertEquals(Optional.of(longest), attributes(new NetlinkRequest(0, 0).text(3, longest)).text(3));
        assertThrows(IllegalArgumentException.class, () -> new NetlinkRequest(0, 0).text(3, longest + "x"));
        NetlinkRequest request = new NetlinkRequest(0, 0).begin(1).text(3, longest);
        assertThrows(IllegalArgumentException.class, request::end);
        assertThrows(IllegalArgumentException.class, () -> new NetlinkRequest(0, 0).text(3, "a\0b"));
    }

    @Test
    void requestGrowsAndCanBeSentAgain() {
        NetlinkRequest request = new NetlinkRequest(0, 0);
        for (int i = 0; i < 1000; i++) {
            request.attribute(i, i);
        }
        byte[] once = request.toBytes(1);
        assertEquals(HEADER_BYTES + 8000, once.length);
        assertEquals(OptionalInt.of(999), attributes(request).u32(999));
        assertArrayEquals(once, request.toBytes(1));
    }
}
