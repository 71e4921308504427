package bpf4j.insn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class DisassemblerProperties {

    @Property
    void everySlotOfAnyProgramIsShownOnce(@ForAll long[] slots) {
        int next = 0;
        for (Disassembler.Line line : Disassembler.plain().lines(slots)) {
            assertEquals(next, line.insnIndex());
            assertFalse(line.text().isBlank() || line.text().contains("\n"));
            next += line.slotCount();
        }
        assertEquals(slots.length, next);
    }

    /** Whatever is not shown as a number can be told from its text: no field that has a value is left out. */
    @Property
    void differentInstructionsHaveDifferentTexts(@ForAll @IntRange(max = 255) int opcode,
            @ForAll @IntRange(max = 3) int dst, @ForAll @IntRange(max = 3) int src, @ForAll("offsets") int off,
            @ForAll("constants") int imm) {
        long slot = Insn.of(opcode, dst, src, off, imm);
        String text = text(slot);
        for (int bit = 0; bit < Long.SIZE; bit++) {
            assertNotEquals(text, text(slot ^ 1L << bit), "bit " + bit);
        }
    }

    @Provide
    Arbitrary<Integer> offsets() {
        return Arbitraries.of(0, 0, 0, 1, 8, 16, 32, -8);
    }

    @Provide
    Arbitrary<Integer> constants() {
        return Arbitraries.of(0, 0, 0, 1, 16, 64, -1, 0x41, 0xe1, 0xf1, 0x100, 0x110);
    }

    private static String text(long slot) {
        return Disassembler.plain().line(new long[] {slot}, 0).text();
    }
}
