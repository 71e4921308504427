package bpf4j.insn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DisassemblerTest {

    private static String text(long... slots) {
        return Disassembler.plain().line(slots, 0).text();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # opcode | dst | src | off | imm | text
            0x07 | 6 | 0 | 0 | -8 | r6 += -0x8
            0x0f | 1 | 2 | 0 | 0 | r1 += r2
            0x1c | 1 | 2 | 0 | 0 | w1 -= w2
            0x24 | 1 | 0 | 0 | -2147483648 | w1 *= -0x80000000
            0x37 | 1 | 0 | 1 | 7 | r1 s/= 0x7
            0x3f | 1 | 2 | 0 | 0 | r1 /= r2
            0x9c | 1 | 2 | 1 | 0 | w1 s%= w2
            0x97 | 1 | 0 | 0 | 10 | r1 %= 0xa
            0x47 | 1 | 0 | 0 | 1 | 'r1 |= 0x1'
            0x54 | 1 | 0 | 0 | -1 | w1 &= -0x1
            0x67 | 1 | 0 | 0 | 32 | r1 <<= 0x20
            0x77 | 1 | 0 | 0 | 32 | r1 >>= 0x20
            0xc7 | 1 | 0 | 0 | 32 | r1 s>>= 0x20
            0xaf | 1 | 1 | 0 | 0 | r1 ^= r1
            0x87 | 3 | 0 | 0 | 0 | r3 = -r3
            0x84 | 3 | 0 | 0 | 0 | w3 = -w3
            0xb7 | 0 | 0 | 0 | 0 | r0 = 0x0
            0xb4 | 0 | 0 | 0 | 1 | w0 = 0x1
            0xbf | 1 | 10 | 0 | 0 | r1 = r10
            0xbf | 1 | 2 | 8 | 0 | r1 = (s8)r2
            0xbf | 1 | 2 | 32 | 0 | r1 = (s32)r2
            0xbc | 1 | 2 | 16 | 0 | w1 = (s16)w2
            0xbf | 1 | 2 | 1 | 65536 | r1 = addr_space_cast(r2, 0x1, 0x0)
            0xbf | 1 | 2 | 1 | 1 | r1 = addr_space_cast(r2, 0x0, 0x1)
            0xd4 | 1 | 0 | 0 | 16 | r1 = le16 r1
            0xdc | 1 | 0 | 0 | 64 | r1 = be64 r1
            0xd7 | 1 | 0 | 0 | 32 | r1 = bswap32 r1
            0x61 | 0 | 1 | 16 | 0 | r0 = *(u32 *)(r1 + 0x10)
            0x69 | 0 | 1 | 0 | 0 | r0 = *(u16 *)(r1 + 0x0)
            0x71 | 0 | 1 | -32768 | 0 | r0 = *(u8 *)(r1 - 0x8000)
            0x79 | 0 | 10 | -8 | 0 | r0 = *(u64 *)(r10 - 0x8)
            0x91 | 0 | 1 | 0 | 0 | r0 = *(s8 *)(r1 + 0x0)
            0x81 | 0 | 1 | 0 | 0 | r0 = *(s32 *)(r1 + 0x0)
            0x72 | 1 | 0 | 2 | 7 | *(u8 *)(r1 + 0x2) = 0x7
            0x7a | 10 | 0 | -8 | -1 | *(u64 *)(r10 - 0x8) = -0x1
            0x6b | 1 | 2 | 0 | 0 | *(u16 *)(r1 + 0x0) = r2
            0x30 | 0 | 0 | 0 | 16 | r0 = *(u8 *)skb[0x10]
            0x20 | 0 | 0 | 0 | -4096 | r0 = *(u32 *)skb[-0x1000]
            0x48 | 0 | 3 | 0 | 0 | r0 = *(u16 *)skb[r3]
            0x48 | 0 | 3 | 0 | 4 | r0 = *(u16 *)skb[r3 + 0x4]
            0xdb | 1 | 2 | 0 | 0 | lock *(u64 *)(r1 + 0x0) += r2
            0xc3 | 1 | 2 | 4 | 0x50 | lock *(u32 *)(r1 + 0x4) &= w2
            0xdb | 1 | 2 | 0 | 0x41 | r2 = atomic_fetch_or((u64 *)(r1 + 0x0), r2)
            0xc3 | 1 | 2 | -4 | 0xa1 | w2 = atomic_fetch_xor((u32 *)(r1 - 0x4), w2)
            0xdb | 1 | 2 | 0 | 0xe1 | r2 = xchg_64(r1 + 0x0, r2)
            0xc3 | 1 | 2 | 0 | 0xf1 | w0 = cmpxchg32_32(r1 + 0x0, w0, w2)
            0xdb | 1 | 2 | 8 | 0x100 | r1 = load_acquire((u64 *)(r2 + 0x8))
            0xd3 | 1 | 2 | 8 | 0x100 | w1 = load_acquire((u8 *)(r2 + 0x8))
            0xcb | 1 | 2 | 8 | 0x110 | store_release((u16 *)(r1 + 0x8), w2)
            0x05 | 0 | 0 | 3 | 0 | goto +3
            0x05 | 0 | 0 | -1 | 0 | goto -1
            0x06 | 0 | 0 | 0 | -70000 | gotol -70000
            0x0d | 4 | 0 | 0 | 0 | gotox r4
            0xe5 | 0 | 0 | 5 | 0 | may_goto +5
            0x65 | 1 | 0 | 3 | 5 | if r1 s> 0x5 goto +3
            0x1e | 1 | 2 | -7 | 0 | if w1 == w2 goto -7
            0x46 | 1 | 0 | 0 | 16 | if w1 & 0x10 goto +0
            0x85 | 0 | 0 | 0 | 1 | call bpf_map_lookup_elem#1
            0x85 | 0 | 0 | 0 | 195896080 | call unknown#195896080
            0x85 | 0 | 1 | 0 | -13 | call -13
            0x85 | 0 | 2 | 0 | 77 | call kfunc[id:77]
            0x85 | 0 | 2 | 3 | 77 | call kfunc[id:77 module:3]
            0x8d | 1 | 0 | 0 | 0 | callx r1
            0x95 | 0 | 0 | 0 | 0 | exit
            """)
    void writesInstructions(String opcode, int dst, int src, int off, String imm, String expected) {
        assertEquals(expected, text(Insn.of(Integer.decode(opcode), dst, src, off, Integer.decode(imm))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0 | 0x123456789abcdef0 | r1 = 0x123456789abcdef0 ll
            0 | -1 | r1 = -0x1 ll
            0 | -0x8000000000000000 | r1 = -0x8000000000000000 ll
            1 | 5 | r1 = map[fd:5] ll
            2 | 0x1000000005 | r1 = map[fd:5][0]+16 ll
            3 | 7 | r1 = btf[id:7] ll
            3 | 0x300000007 | r1 = btf[id:7 module:3] ll
            4 | 12 | r1 = subprog[+12] ll
            5 | 2 | r1 = map[idx:2] ll
            6 | 0x1000000002 | r1 = map[idx:2][0]+16 ll
            """)
    void writesTwoSlotLoads(int src, String value, String expected) {
        long[] slots = Insn.loadImm64(1, src, Long.decode(value));
        assertEquals(new Disassembler.Line(0, 2, expected), Disassembler.plain().line(slots, 0));
    }

    @Test
    void asksForNamesOfCallsAndTwoSlotLoadsOnly() {
        long[] load = Insn.loadImm64(1, 0, 0);
        long[] slots = {load[0], load[1], Insn.of(0x85, 0, 1, 0, -1), Insn.of(0x85, 0, 2, 0, 0),
            Insn.of(0xb7, 0, 0, 0, 1), Insn.of(0x85, 0, 0, 0, 1), Insn.of(0x95, 0, 0, 0, 0)};
        Disassembler disassembler = Disassembler.naming(
                i -> i == 5 ? Optional.empty() : Optional.of("name" + i));
        assertEquals(List.of(new Disassembler.Line(0, 2, "r1 = name0 ll"), new Disassembler.Line(2, 1, "call name2"),
                new Disassembler.Line(3, 1, "call name3"), new Disassembler.Line(4, 1, "r0 = 0x1"),
                new Disassembler.Line(5, 1, "call bpf_map_lookup_elem#1"), new Disassembler.Line(6, 1, "exit")),
                disassembler.lines(slots));
    }

    @ParameterizedTest
    @CsvSource({
        "0xff, 0, 0, 0, 0", "0x08, 0, 0, 0, 0", "0x86, 0, 0, 0, 1", "0x96, 0, 0, 0, 0", "0xa1, 0, 0, 0, 0",
        "0x99, 0, 0, 0, 0", "0xe6, 0, 0, 0, 0", "0x0e, 0, 0, 0, 0",
        // fields that the instruction does not use, or values that they cannot have
        "0x07, 1, 2, 0, 1", "0x07, 1, 0, 1, 1", "0x0f, 1, 2, 0, 1", "0x37, 1, 0, 2, 1", "0x87, 1, 1, 0, 0",
        "0xb7, 1, 0, 8, 1", "0xbc, 1, 2, 32, 0", "0xbc, 1, 2, 1, 1", "0xbf, 1, 2, 8, 1", "0xbf, 1, 2, 9, 0",
        "0xd4, 1, 0, 0, 8", "0xdf, 1, 0, 0, 16", "0x61, 0, 1, 0, 1", "0x62, 0, 1, 0, 1", "0x63, 0, 1, 0, 1",
        "0x30, 1, 0, 0, 0", "0x30, 0, 1, 0, 0", "0x38, 0, 0, 0, 0", "0xd3, 1, 2, 0, 0", "0xdb, 1, 2, 0, 2",
        "0xdb, 1, 2, 0, 0xe0", "0x05, 0, 0, 0, 1", "0x05, 1, 0, 0, 0", "0x06, 0, 0, 1, 0", "0xe5, 0, 1, 0, 0",
        "0x15, 0, 1, 0, 0", "0x1d, 0, 1, 0, 1", "0x85, 1, 0, 0, 1", "0x85, 0, 0, 1, 1", "0x85, 0, 3, 0, 1",
        "0x8d, 1, 0, 0, 1", "0x95, 0, 0, 0, 1", "0x0f, 11, 0, 0, 0", "0x0f, 0, 11, 0, 0", "0x61, 15, 15, 0, 0"})
    void showsWhatItDoesNotKnowAsNumbers(String opcode, int dst, int src, int off, String imm) {
        long slot = Insn.of(Integer.decode(opcode), dst, src, off, Integer.decode(imm));
        assertEquals("unknown 0x%016x".formatted(slot), text(slot));
    }

    @ParameterizedTest
    @ValueSource(longs = {0x0000_0000_0000_0b18L, 0x0000_0000_0000_7118L, 0x0000_0000_0001_0118L})
    void showsMalformedTwoSlotLoadsAsNumbers(long first) {
        assertEquals(new Disassembler.Line(0, 1, "unknown 0x%016x".formatted(first)),
                Disassembler.plain().line(new long[] {first, 0}, 0));
    }

    @Test
    void doesNotTakeTheNextInstructionIntoATwoSlotLoad() {
        long first = Insn.loadImm64(1, 0, 5)[0];
        assertEquals(List.of("unknown 0x0000000500000118", "exit"),
                Disassembler.plain().lines(new long[] {first, 0x95}).stream().map(Disassembler.Line::text).toList());
        assertEquals(new Disassembler.Line(0, 1, "unknown 0x0000000500000118"),
                Disassembler.plain().line(new long[] {first}, 0), "the program ends in the middle");
        long[] mapWithUpperHalf = Insn.loadImm64(1, Opcode.BPF_PSEUDO_MAP_FD, 0x1_0000_0005L);
        assertTrue(text(mapWithUpperHalf).startsWith("unknown "));
    }

    @Test
    void refusesSlotsThatAreNotThere() {
        assertThrows(IndexOutOfBoundsException.class, () -> Disassembler.plain().line(new long[0], 0));
    }
}
