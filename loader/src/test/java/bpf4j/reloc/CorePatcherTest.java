package bpf4j.reloc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.CoreKind;
import bpf4j.btf.CoreRelocation;
import bpf4j.btf.core.CoreFixup;
import bpf4j.btf.core.MemoryAccess;
import bpf4j.insn.Insn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CorePatcherTest {

    private static final CoreRelocation RELOCATION = new CoreRelocation(0, 1, "0", CoreKind.BPF_CORE_FIELD_BYTE_OFFSET);
    private static final long POISON = Insn.of(0x85, 0, 0, 0, 0xbad2310);
    private static final long EXIT = Insn.of(0x95, 0, 0, 0, 0);

    private static CoreFixup.Patch patch(long local, long target, boolean validate, MemoryAccess access) {
        return new CoreFixup.Patch(RELOCATION, local, target, validate, access, null);
    }

    private static CoreFixup.Patch patch(long local, long target) {
        return patch(local, target, true, MemoryAccess.NONE);
    }

    private static long patched(CoreFixup fixup, long slot) throws CorePatcher.Unpatchable {
        long[] slots = {EXIT, slot, EXIT};
        assertFalse(CorePatcher.apply(fixup, slots, 1));
        assertEquals(EXIT, slots[0]);
        assertEquals(EXIT, slots[2]);
        return slots[1];
    }

    private static String refusal(CoreFixup fixup, long... slots) {
        long[] before = slots.clone();
        String message = assertThrows(CorePatcher.Unpatchable.class, () -> CorePatcher.apply(fixup, slots, 0))
                .getMessage();
        assertArrayEquals(before, slots);
        return message;
    }

    /** mov64, mov32, add64, add32. */
    @ParameterizedTest
    @CsvSource({"0xb7", "0xb4", "0x07", "0x04"})
    void arithmeticGetsAnotherImmediate(String opcode) throws Exception {
        int op = Integer.decode(opcode);
        assertEquals(Insn.of(op, 3, 0, 0, 40), patched(patch(8, 40), Insn.of(op, 3, 0, 0, 8)));
        assertEquals(Insn.of(op, 3, 0, 0, -2), patched(patch(-1, -2), Insn.of(op, 3, 0, 0, -1)));
        assertTrue(refusal(patch(8, 40), Insn.of(op, 3, 0, 0, 9))
                .contains("holds 9 where the object's own types say 8"));
        assertEquals(Insn.of(op, 3, 0, 0, 40), patched(patch(8, 40, false, MemoryAccess.NONE),
                Insn.of(op, 3, 0, 0, 9)));
    }

    @Test
    void arithmeticWritesTheLowHalf() throws Exception {
        assertEquals(Insn.of(0xb7, 3, 0, 0, 2), patched(patch(8, 0x1_0000_0002L), Insn.of(0xb7, 3, 0, 0, 8)));
    }

    /** The immediate is compared with its sign, so what is no 32-bit number never agrees. */
    @Test
    void immediateIsComparedWithItsSign() {
        assertTrue(refusal(patch(0xffff_ffffL, 1), Insn.of(0xb7, 3, 0, 0, -1)).contains("holds -1"));
    }

    @Test
    void arithmeticOnRegistersHasNothingToPatch() {
        assertTrue(refusal(patch(0, 1), Insn.of(0xbf, 3, 1, 0, 0)).contains("has no immediate"));
        assertTrue(refusal(patch(0, 1), Insn.of(0x0c, 3, 1, 0, 0)).contains("has no immediate"));
    }

    /** ldx, stx, st of eight bytes. */
    @ParameterizedTest
    @CsvSource({"0x79", "0x7b", "0x7a"})
    void memoryAccessGetsAnotherOffset(String opcode) throws Exception {
        int op = Integer.decode(opcode);
        assertEquals(Insn.of(op, 1, 2, 40, 5), patched(patch(8, 40), Insn.of(op, 1, 2, 8, 5)));
        assertEquals(Insn.of(op, 1, 2, 32767, 5), patched(patch(8, 32767), Insn.of(op, 1, 2, 8, 5)));
        assertTrue(refusal(patch(8, 32768), Insn.of(op, 1, 2, 8, 5)).contains("offset 32768 does not fit"));
        assertTrue(refusal(patch(8, 40), Insn.of(op, 1, 2, 16, 5)).contains("holds 16 where"));
    }

    /**
     * Local and target width in bytes with the size bits of both: the mode bits stay, those of a sign-extending load
     * too.
     */
    @ParameterizedTest
    @CsvSource({"0x61,4,8,0x79", "0x79,8,4,0x61", "0x69,2,1,0x71", "0x71,1,2,0x69", "0x63,4,2,0x6b", "0x62,4,1,0x72",
        "0x81,4,2,0x89"})
    void memoryAccessGetsAnotherWidth(String before, int localBytes, int targetBytes, String after) throws Exception {
        MemoryAccess access = new MemoryAccess(localBytes, targetBytes, true);
        assertEquals(Insn.of(Integer.decode(after), 1, 2, 40, 0),
                patched(patch(8, 40, true, access), Insn.of(Integer.decode(before), 1, 2, 8, 0)));
    }

    @Test
    void widthHasToBeTheFields() {
        assertTrue(refusal(patch(8, 40, true, new MemoryAccess(4, 8, true)), Insn.of(0x69, 1, 2, 8, 0))
                .contains("a 4-byte field is accessed with 2 bytes"));
        for (long bytes : new long[] {0, 3, 16, 1L << 33}) {
            assertTrue(refusal(patch(8, 40, true, new MemoryAccess(4, bytes, true)), Insn.of(0x61, 1, 2, 8, 0))
                    .contains("a field of " + bytes + " bytes cannot be loaded"));
        }
    }

    @Test
    void widthThatCannotChangeIsPoison() throws Exception {
        long[] slots = {Insn.of(0x61, 1, 2, 8, 0), EXIT};
        assertTrue(CorePatcher.apply(patch(8, 40, true, new MemoryAccess(4, 8, false)), slots, 0));
        assertArrayEquals(new long[] {POISON, EXIT}, slots);
    }

    /** Only loads and stores have a width. */
    @Test
    void arithmeticDoesNotMindTheWidth() throws Exception {
        assertEquals(Insn.of(0xb7, 3, 0, 0, 40),
                patched(patch(8, 40, true, new MemoryAccess(4, 8, false)), Insn.of(0xb7, 3, 0, 0, 8)));
    }

    @Test
    void wideLoadGetsBothHalves() throws Exception {
        long[] slots = Insn.loadImm64(4, 0, 0x1_0000_0002L);
        assertFalse(CorePatcher.apply(patch(0x1_0000_0002L, 0x8000_0000_ffff_ffffL), slots, 0));
        assertArrayEquals(Insn.loadImm64(4, 0, 0x8000_0000_ffff_ffffL), slots);
    }

    @Test
    void wideLoadIsComparedWhole() {
        assertTrue(refusal(patch(2, 3), Insn.loadImm64(4, 0, 0x1_0000_0002L)).contains("own types say 2"));
    }

    @Test
    void lowHalfOfAWideLoadHasNoSign() throws Exception {
        long[] slots = Insn.loadImm64(4, 0, 0xffff_fff0L);
        CorePatcher.apply(patch(0xffff_fff0L, 1), slots, 0);
        assertArrayEquals(Insn.loadImm64(4, 0, 1), slots);
    }

    @Test
    void wideLoadHasToBePlain() {
        long[] wide = Insn.loadImm64(4, 0, 2);
        assertTrue(refusal(patch(2, 3), Insn.withSrc(wide[0], 1), wide[1]).contains("no plain two-slot load"));
        assertTrue(refusal(patch(2, 3), Insn.withOff(wide[0], 1), wide[1]).contains("no plain two-slot load"));
        assertTrue(refusal(patch(2, 3), wide[0], EXIT).contains("no plain two-slot load"));
        assertTrue(refusal(patch(2, 3), wide[0]).contains("no plain two-slot load"));
        assertTrue(refusal(patch(2, 3), Insn.of(0x30, 0, 0, 0, 2), EXIT).contains("no plain two-slot load"));
    }

    /** Second half of a load, jump, jump32, call. */
    @ParameterizedTest
    @CsvSource({"0x15", "0x16", "0x85", "0x95"})
    void otherClassesHoldNoRelocation(String opcode) {
        assertTrue(refusal(patch(0, 1), Insn.of(Integer.decode(opcode), 0, 0, 0, 0))
                .contains("cannot hold a relocation"));
    }

    @Test
    void poisonReplacesOneSlotOrBoth() throws Exception {
        CoreFixup.Poison poison = new CoreFixup.Poison(RELOCATION, null);
        long[] one = {Insn.of(0xb7, 1, 0, 0, 8), EXIT};
        assertTrue(CorePatcher.apply(poison, one, 0));
        assertArrayEquals(new long[] {POISON, EXIT}, one);
        long[] both = {Insn.loadImm64(1, 0, 8)[0], Insn.loadImm64(1, 0, 8)[1], EXIT};
        assertTrue(CorePatcher.apply(poison, both, 0));
        assertArrayEquals(new long[] {POISON, POISON, EXIT}, both);
        long[] last = {Insn.loadImm64(1, 0, 8)[0]};
        assertTrue(CorePatcher.apply(poison, last, 0));
        assertArrayEquals(new long[] {POISON}, last);
    }
}
