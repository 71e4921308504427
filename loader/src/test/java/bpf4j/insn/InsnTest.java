package bpf4j.insn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InsnTest {

    @ParameterizedTest
    @CsvSource({
        // opcode, dst, src, off, imm, little endian, big endian
        "0x61, 1, 2, 16, 0, 6121100000000000, 6112001000000000",
        "0x7b, 10, 1, -8, 0, 7b1af8ff00000000, 7ba1fff800000000",
        "0xb7, 3, 0, 0, -2, b7030000feffffff, b7300000fffffffe",
        "0x85, 0, 1, 0, 0x12345678, 8510000078563412, 8501000012345678",
        "0x18, 15, 15, -1, -1, 18ffffffffffffff, 18ffffffffffffff"})
    void encodesEachFieldInBothByteOrders(String opcode, int dst, int src, int off, String imm, String little,
            String big) {
        long slot = Insn.of(Integer.decode(opcode), dst, src, off, Integer.decode(imm));
        assertEquals(little, HexFormat.of().formatHex(Insn.encode(new long[] {slot}, ByteOrder.LITTLE_ENDIAN)));
        assertEquals(big, HexFormat.of().formatHex(Insn.encode(new long[] {slot}, ByteOrder.BIG_ENDIAN)));
        assertArrayEquals(new long[] {slot}, decode(little, ByteOrder.LITTLE_ENDIAN));
        assertArrayEquals(new long[] {slot}, decode(big, ByteOrder.BIG_ENDIAN));
        assertEquals(Integer.decode(opcode), Insn.opcode(slot));
        assertEquals(dst, Insn.dst(slot));
        assertEquals(src, Insn.src(slot));
        assertEquals(off, Insn.off(slot));
        assertEquals(Integer.decode(imm), Insn.imm(slot));
    }

    private static long[] decode(String hex, ByteOrder order) {
        return Insn.decode(MemorySegment.ofArray(HexFormat.of().parseHex(hex)), order);
    }

    @Test
    void changesOneFieldOnly() {
        long all = -1;
        assertEquals(0xffff_ffff_ffff_ff05L, Insn.withOpcode(all, 5));
        assertEquals(0xffff_ffff_ffff_f5ffL, Insn.withDst(all, 5));
        assertEquals(0xffff_ffff_ffff_5fffL, Insn.withSrc(all, 5));
        assertEquals(0xffff_ffff_8000_ffffL, Insn.withOff(all, -32768));
        assertEquals(0x0000_0005_ffff_ffffL, Insn.withImm(all, 5));
        assertEquals(0xffff_ffff_ffff_ffe7L, Insn.withSize(all, Opcode.BPF_W));
        assertEquals(0x8000_0000_0000_0018L, Insn.of(0x18, 0, 0, 0, Integer.MIN_VALUE));
        assertEquals(0x0000_0000_8000_0018L, Insn.of(0x18, 0, 0, -32768, 0));
    }

    @Test
    void refusesFieldsThatDoNotFit() {
        assertThrows(IllegalArgumentException.class, () -> Insn.of(256, 0, 0, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> Insn.of(-1, 0, 0, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> Insn.withDst(0, 16));
        assertThrows(IllegalArgumentException.class, () -> Insn.withSrc(0, -1));
        assertThrows(IllegalArgumentException.class, () -> Insn.withOff(0, 32768));
        assertThrows(IllegalArgumentException.class, () -> Insn.withOff(0, -32769));
        assertThrows(IllegalArgumentException.class, () -> Insn.withSize(0, 4));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 9, 15})
    void refusesHalfInstructions(int bytes) {
        MemorySegment code = MemorySegment.ofArray(new byte[bytes]);
        assertThrows(IllegalArgumentException.class, () -> Insn.decode(code, ByteOrder.LITTLE_ENDIAN));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, 0xffff_ffffL, 0x1_0000_0000L, 0x8000_0000L, Long.MIN_VALUE, Long.MAX_VALUE})
    void keepsAll64BitsOfAConstant(long value) {
        long[] slots = Insn.loadImm64(3, Opcode.BPF_PSEUDO_MAP_VALUE, value);
        assertTrue(Insn.isLoadImm64(slots[0]));
        assertEquals(value, Insn.imm64(slots[0], slots[1]));
        assertEquals(0, slots[1] & 0xffff_ffffL);
    }

    @Test
    void tellsCallsApart() {
        long call = Insn.of(0x85, 0, 0, 0, 1);
        long[] calls = {call, Insn.withSrc(call, 1), Insn.withSrc(call, 2), Insn.withSrc(call, 3)};
        assertArrayEquals(new boolean[][] {
            {true, true, false, false}, {true, false, true, false}, {true, false, false, true},
            {true, false, false, false}},
                IntStream.range(0, 4).mapToObj(i -> new boolean[] {Insn.isCall(calls[i]), Insn.isHelperCall(calls[i]),
                    Insn.isPseudoCall(calls[i]), Insn.isKfuncCall(calls[i])}).toArray());
        assertEquals(false, Insn.isCall(Insn.of(0x8d, 1, 0, 0, 0)), "an indirect call has no number");
        assertTrue(Insn.isPseudoFunc(Insn.of(0x18, 1, 4, 0, 0)));
        assertEquals(false, Insn.isPseudoFunc(Insn.of(0x18, 1, 1, 0, 0)));
    }
}
