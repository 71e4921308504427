package bpf4j.map;

import static bpf4j.map.CodecTest.bytes;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.BtfKind;
import bpf4j.btf.BtfType;
import bpf4j.btf.BtfType.Member;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class BtfCodecTest {

    private static BtfCodec all() {
        Btf btf = BtfRecordsTest.types("maps_values");
        return BtfCodec.of(btf, btf.find("all", BtfKind.BTF_KIND_STRUCT).orElseThrow());
    }

    private static BtfCodec of(BtfBuilder builder, int id) {
        return BtfCodec.of(builder.build(ByteOrder.nativeOrder(), "test"), id);
    }

    @Test
    void changedMembersAreReadAgain() {
        BtfCodec codec = all();
        BtfValue.Struct value = ((BtfValue.Struct) codec.zero()).with("five", -16).with("cross", 16383)
                .with("port", 65535).with("tiny", -128).with("huge", -1).with("name", BtfValue.of("bpf4j"))
                .with("color", 5);
        assertEquals("test", ((BtfValue.Struct) codec.zero()).with("name", BtfValue.of("test")).get("name").text());
        BtfValue read = codec.read(MemorySegment.ofArray(bytes(codec, value)), 0);
        assertEquals(-16, read.get("five").asLong());
        assertEquals(0, read.get("three").asLong());
        assertEquals(16383, read.get("cross").asLong());
        assertEquals("bpf4j", read.get("name").text());
        assertEquals("\"GREEN\"", read.get("color").toString());
    }

    @Test
    void unionThatWasChangedIsWrittenAsItsChangedAlternative() {
        BtfCodec codec = all();
        BtfValue.Struct zero = (BtfValue.Struct) codec.zero();
        BtfValue.Struct halves = ((BtfValue.Struct) zero.get("either")).with("high", 2);
        assertEquals("{\"\":{\"low\":0,\"high\":2}}", halves.toString());
        BtfValue read = codec.read(MemorySegment.ofArray(bytes(codec, zero.with("either", halves))), 0);
        assertEquals(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? 2L << 32 : 2,
                read.get("either").get("whole").asLong());
        BtfValue whole = codec.read(MemorySegment.ofArray(bytes(codec,
                zero.with("either", ((BtfValue.Struct) zero.get("either")).with("whole", 5)))), 0);
        assertEquals(5, whole.get("either").get("whole").asLong());
        BtfValue anonymous = codec.read(MemorySegment.ofArray(bytes(codec, zero.with("address4", 7))), 0);
        assertEquals(7, anonymous.get("address4").asLong());
    }

    @Test
    void integersOf128BitsAndFloatingPoint() {
        BtfCodec codec = all();
        BigInteger big = BigInteger.ONE.shiftLeft(127).add(BigInteger.TEN);
        BtfValue.Struct value = ((BtfValue.Struct) codec.zero()).with("wide", new BtfValue.Wide(big))
                .with("real", new BtfValue.Real(2.5));
        BtfValue read = codec.read(MemorySegment.ofArray(bytes(codec, value)), 0);
        assertEquals(new BtfValue.Wide(big), read.get("wide"));
        assertEquals("\"0x8000000000000000000000000000000a\"", read.get("wide").toString());
        assertEquals(new BtfValue.Real(2.5), read.get("real"));
    }

    private static BtfCodec wide(int encoding) {
        BtfBuilder builder = new BtfBuilder();
        return of(builder, builder.add(new BtfType.Int("__int128", 16, encoding, 0, 128)));
    }

    @Test
    void numbersOf128BitsAreCheckedByTheirSign() {
        BtfCodec signed = wide(BtfType.Int.SIGNED);
        BtfCodec unsigned = wide(0);
        BigInteger limit = BigInteger.ONE.shiftLeft(128);
        BigInteger half = BigInteger.ONE.shiftLeft(127);
        BtfValue least = new BtfValue.Wide(half.negate());
        BtfValue greatest = new BtfValue.Wide(limit.subtract(BigInteger.ONE));
        assertEquals(least, signed.read(MemorySegment.ofArray(bytes(signed, least)), 0));
        assertEquals(greatest, unsigned.read(MemorySegment.ofArray(bytes(unsigned, greatest)), 0));
        assertEquals("__int128: %s does not fit signed 128 bits".formatted(half),
                refusal(signed, new BtfValue.Wide(half)));
        assertEquals("__int128: -%s does not fit signed 128 bits".formatted(limit),
                refusal(signed, new BtfValue.Wide(limit.negate())));
        assertEquals("__int128: %s does not fit 128 bits".formatted(limit),
                refusal(unsigned, new BtfValue.Wide(limit)));
        assertEquals("__int128: -1 does not fit 128 bits", refusal(unsigned, BtfValue.of(-1)));
    }

    @Test
    void refusesWhatDoesNotFit() {
        BtfCodec codec = all();
        BtfValue.Struct zero = (BtfValue.Struct) codec.zero();
        assertEquals("struct all.five: 16 does not fit signed 5 bits", refusal(codec, zero.with("five", 16)));
        assertEquals("struct all.three: -1 does not fit 3 bits", refusal(codec, zero.with("three", -1)));
        String tooLong = refusal(codec, zero.with("name", BtfValue.of("0123456789abcdef0")));
        assertTrue(tooLong.startsWith("struct all.name: [48,") && tooLong.endsWith("] is no array of 16 elements"),
                tooLong);
        assertEquals("struct all.point: 5 is no struct", refusal(codec, zero.with("point", 5)));
        assertEquals("struct all.port: [] is no integer",
                refusal(codec, zero.with("port", new BtfValue.Array(List.of()))));
        assertThrows(NoSuchElementException.class, () -> zero.with("nothing", 1));
        assertThrows(NoSuchElementException.class, () -> zero.get("nothing"));
        assertEquals("struct all: no member 'x'",
                refusal(codec, new BtfValue.Struct(List.of(new BtfValue.Field("x", BtfValue.of(1))), false)));
    }

    private static String refusal(BtfCodec codec, BtfValue value) {
        return assertThrows(IllegalArgumentException.class, () -> bytes(codec, value)).getMessage();
    }

    @Test
    void textsEscapeAndStopAtTheirEnd() {
        assertEquals("\"a\\\"b\\\\\"", BtfValuePrinter.print(chars("a\"b\\", 1)));
        assertEquals("[97]", BtfValuePrinter.print(chars("a", 0)));
        assertEquals("[10,0]", BtfValuePrinter.print(chars("\n", 1)));
        assertEquals("\"\"", BtfValuePrinter.print(chars("", 1)));
        assertEquals("[]", BtfValuePrinter.print(chars("", 0)));
    }

    private static BtfValue chars(String text, int nuls) {
        return new BtfValue.Array(((BtfValue.Array) BtfValue.of(text + "\0".repeat(nuls))).elements());
    }

    @Test
    void sectionsAreStructsOfTheirVariables() {
        BtfBuilder builder = new BtfBuilder();
        int u32 = builder.add(new BtfType.Int("u32", 4, 0, 0, 32));
        int first = builder.add(new BtfType.Var("first", u32, BtfType.Var.GLOBAL));
        int second = builder.add(new BtfType.Var("second", u32, BtfType.Var.STATIC));
        int section = builder.add(new BtfType.DataSec(".data", 8,
                List.of(new BtfType.SectionVar(first, 0, 4), new BtfType.SectionVar(second, 4, 4))));
        assertEquals("{\"first\":0,\"second\":0}", of(builder, section).zero().toString());
    }

    @Test
    void malformedTypesAreRefusedAndCostNothing() {
        BtfBuilder builder = new BtfBuilder();
        int u32 = builder.add(new BtfType.Int("u32", 4, 0, 0, 32));
        int empty = builder.add(new BtfType.Struct("empty", 0, false, List.of()));
        int many = builder.add(new BtfType.Array(empty, u32, 0xffff_ffffL));
        int outside = builder.add(new BtfType.Struct("outside", 4, false, List.of(new Member("x", u32, 8, 0))));
        int odd = builder.add(new BtfType.Struct("odd", 8, false, List.of(new Member("x", u32, 3, 0))));
        int bits = builder.add(new BtfType.Struct("bits", 4, true, List.of(new Member("x", u32, 20, 13))));
        int structBits = builder.add(new BtfType.Struct("struct_bits", 4, true, List.of(new Member("x", empty, 0, 3))));
        int itself = builder.nextId();
        builder.add(new BtfType.Struct("itself", 4, false, List.of(new Member("x", itself, 0, 0))));
        int function = builder.add(new BtfType.FuncProto(0, List.of()));
        int unknown = builder.add(new BtfType.Struct("unknown", 4, false, List.of(new Member("x", 999, 0, 0))));
        for (int id : new int[] {many, outside, odd, bits, structBits, itself, unknown}) {
            BtfFormatException e = assertThrows(BtfFormatException.class, () -> of(builder, id), "type " + id);
            assertTrue(e.getMessage().contains("["), e::getMessage);
        }
        assertThrows(IllegalArgumentException.class, () -> of(builder, function));
        assertThrows(IllegalArgumentException.class, () -> of(builder, 0));
    }

    @Test
    void bitfieldsOfBothByteOrders() {
        byte[] bytes = {(byte) 0b1010_0110, (byte) 0b1100_0001};
        MemorySegment segment = MemorySegment.ofArray(bytes);
        assertEquals(0b00_0110, IntegerPlace.readBits(segment, 0, 0, 5, true));
        assertEquals(0b001_101, IntegerPlace.readBits(segment, 0, 5, 6, true));
        assertEquals(0b10100, IntegerPlace.readBits(segment, 0, 0, 5, false));
        assertEquals(0b110_110, IntegerPlace.readBits(segment, 0, 5, 6, false));
        IntegerPlace.writeBits(segment, 0, 5, 6, 0b111_000, false);
        assertArrayEquals(new byte[] {(byte) 0b1010_0111, (byte) 0b0000_0001}, bytes);
        IntegerPlace.writeBits(segment, 0, 5, 6, 0b000_111, true);
        assertArrayEquals(new byte[] {(byte) 0b1110_0111, (byte) 0b0000_0000}, bytes);
    }
}
