package bpf4j.btf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BtfHeaderTest {

    @Test
    void refusesDataShorterThanAHeader() {
        byte[] bytes = new WireBtf().bytes();
        for (int size = 0; size < 24; size++) {
            MemorySegment part = MemorySegment.ofArray(bytes).asSlice(0, size);
            assertThrows(BtfFormatException.class, () -> Btf.parse(part, "part"));
        }
    }

    @Test
    void refusesAHeaderAlone() {
        WireBtf wire = new WireBtf();
        wire.strings = new byte[0];
        assertEquals(24, wire.bytes().length);
        assertFails("the string section is empty", wire);
    }

    @Test
    void acceptsAnEmptyTypeSection() {
        Btf btf = new WireBtf().parse();
        assertEquals(1, btf.typeCount());
        assertEquals(new BtfType.Void(), btf.type(0));
        assertThrows(BtfFormatException.class, () -> btf.type(1));
        assertThrows(BtfFormatException.class, () -> btf.type(-1));
    }

    @Test
    void refusesOtherVersionsAndMagicNumbers() {
        WireBtf wire = new WireBtf();
        wire.version = 2;
        assertFails("version 2", wire);
        assertThrows(BtfFormatException.class, () -> Btf.parse(new byte[64]));
    }

    @Test
    void takesTheByteOrderFromTheMagicNumber() {
        WireBtf wire = new WireBtf().types(WireBtf.ONE_INT);
        wire.order = ByteOrder.BIG_ENDIAN;
        assertEquals(ByteOrder.BIG_ENDIAN, wire.parse().order());
        assertEquals(new BtfType.Int("", 4, 0, 0, 32), wire.parse().type(1));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 12, 23, 1000, Integer.MAX_VALUE, -1})
    void refusesAHeaderLengthOutsideTheData(int length) {
        byte[] bytes = new WireBtf().types(WireBtf.ONE_INT).bytes();
        MemorySegment.ofArray(bytes).set(ValueLayout.JAVA_INT_UNALIGNED, 4, length);
        assertThrows(BtfFormatException.class, () -> Btf.parse(bytes));
    }

    @ParameterizedTest
    @ValueSource(ints = {28, 40, 64})
    void acceptsALongerHeaderOnlyWithZerosInTheUnknownPart(int length) {
        WireBtf wire = new WireBtf().types(WireBtf.ONE_INT);
        wire.headerBytes = length;
        assertEquals(2, wire.parse().typeCount());
        wire.header = new int[(length - (length < 32 ? 24 : 32)) / 4];
        wire.header[wire.header.length - 1] = 1 << 16;
        assertFails("does not know", wire);
    }

    @Test
    void refusesSectionsPastTheEnd() {
        WireBtf types = new WireBtf().types(WireBtf.ONE_INT);
        types.typeBytes = 1000;
        assertFails("type section", types);
        WireBtf strings = new WireBtf().types(WireBtf.ONE_INT);
        strings.stringBytes = 1000;
        assertFails("string section", strings);
        WireBtf unaligned = new WireBtf().types(WireBtf.ONE_INT);
        unaligned.typeBytes = 14;
        assertFails("multiple of 4", unaligned);
    }

    @Test
    void refusesSumsOfOffsetAndLengthThatWrap() {
        WireBtf wire = new WireBtf().types(WireBtf.ONE_INT);
        wire.typeOffset = 0xffff_fffc;
        wire.typeBytes = 16;
        assertFails("type section", wire);
        WireBtf strings = new WireBtf();
        strings.stringOffset = 0x7fff_fff0;
        strings.stringBytes = 0x7fff_fff0;
        assertFails("string section", strings);
    }

    @Test
    void refusesStringsWithoutNulAtStartOrEnd() {
        assertFails("does not start with NUL", new WireBtf().strings("a\0"));
        assertFails("does not end with NUL", new WireBtf().strings("\0a"));
    }

    @Test
    void describedUnknownKindIsSkippedAndAnErrorOnlyWhenReached() {
        byte[] layout = new byte[26 * 4];
        layout[25 * 4] = 8;
        layout[25 * 4 + 1] = 4;
        WireBtf wire = new WireBtf().layout(layout).strings("\0future\0int\0").types(
                1, 25 << 24 | 2, 0, 10, 11, 12, 13,
                8, WireBtf.info(BtfKind.BTF_KIND_INT, 0), 4, 32,
                0, WireBtf.info(BtfKind.BTF_KIND_PTR, 0), 1);
        Btf btf = wire.parse();
        assertEquals(4, btf.typeCount());
        assertEquals(new BtfType.Int("int", 4, 0, 0, 32), btf.type(2));
        assertEquals(25, btf.kindNumber(1));
        assertEquals("future", btf.nameOf(1));
        assertEquals(2, btf.find("int", BtfKind.BTF_KIND_INT).orElseThrow());
        assertEquals(8, btf.sizeBytes(3));
        assertEquals(".BTF: type [1] at 0x0: kind 25 is not known",
                assertThrows(BtfFormatException.class, () -> btf.type(1)).getMessage());
        assertThrows(BtfFormatException.class, () -> btf.strip(1));
        assertThrows(BtfFormatException.class, () -> BtfBuilder.copyOf(btf));
        assertEquals("type [1] *", CPrinter.typeName(btf, 3));
    }

    @Test
    void layoutDoesNotChangeKnownKinds() {
        byte[] layout = new byte[20 * 4];
        assertEquals(2, new WireBtf().layout(layout).types(WireBtf.ONE_INT).parse().typeCount());
    }

    @Test
    void refusesUndescribedKinds() {
        assertFails("kind 25", new WireBtf().types(0, 25 << 24, 0));
        assertFails("kind 25", new WireBtf().layout(new byte[20 * 4]).types(0, 25 << 24, 0));
        assertFails("kind 0", new WireBtf().layout(new byte[20 * 4]).types(0, 0, 0));
        assertFails("kind 127", new WireBtf().types(0, 127 << 24, 0));
    }

    @Test
    void refusesLayoutsThatBreakAlignment() {
        byte[] layout = new byte[26 * 4];
        layout[25 * 4] = 2;
        assertFails("multiple of 4", new WireBtf().layout(layout).types(0, 25 << 24, 0, 0));
        assertFails("layout_len", new WireBtf().layout(new byte[5]).types(WireBtf.ONE_INT));
    }

    static void assertFails(String problem, WireBtf wire) {
        String message = assertThrows(BtfFormatException.class, wire::parse).getMessage();
        assertTrue(message.startsWith(".BTF: ") && message.contains(problem), message);
    }
}
