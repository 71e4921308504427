package bpf4j.reloc;

import bpf4j.btf.core.CoreFixup;
import bpf4j.btf.core.MemoryAccess;
import bpf4j.insn.Insn;

/** Applies a CO-RE answer to an instruction: which field is rewritten depends on the instruction's class. */
final class CorePatcher {

    /** The number of a helper that does not exist; a verifier log that names it tells of a relocation without an answer. */
    static final int POISON = 0xbad2310;

    private static final int BPF_LD = 0x00;
    private static final int BPF_LDX = 0x01;
    private static final int BPF_ST = 0x02;
    private static final int BPF_STX = 0x03;
    private static final int BPF_ALU = 0x04;
    private static final int BPF_ALU64 = 0x07;
    private static final int BPF_X = 0x08;
    private static final int BPF_SIZE = 0x18;
    private static final int BPF_JMP_CALL = 0x85;

    /** Thrown with the problem only; who knows program and line makes the message. */
    static final class Unpatchable extends Exception {

        private static final long serialVersionUID = 1L;

        Unpatchable(String problem) {
            super(problem);
        }
    }

    private CorePatcher() {
    }

    /**
     * Changes {@code slots} in place.
     *
     * @return whether the instruction was poisoned
     */
    static boolean apply(CoreFixup fixup, long[] slots, int index) throws Unpatchable {
        return switch (fixup) {
            case CoreFixup.Poison _ -> {
                poison(slots, index);
                yield true;
            }
            case CoreFixup.Patch patch -> apply(patch, slots, index);
        };
    }

    private static void poison(long[] slots, int index) {
        boolean wide = Insn.isLoadImm64(slots[index]);
        slots[index] = poisoned();
        if (wide && index + 1 < slots.length) {
            slots[index + 1] = poisoned();
        }
    }

    private static long poisoned() {
        return Insn.of(BPF_JMP_CALL, 0, 0, 0, POISON);
    }

    private static boolean apply(CoreFixup.Patch patch, long[] slots, int index) throws Unpatchable {
        long slot = slots[index];
        switch (Insn.opcode(slot) & 7) {
            case BPF_ALU, BPF_ALU64 -> {
                if ((Insn.opcode(slot) & BPF_X) != 0) {
                    throw new Unpatchable("the arithmetic instruction has no immediate to patch");
                }
                expect(patch, Insn.imm(slot), patch.localValue());
                slots[index] = Insn.withImm(slot, (int) patch.targetValue());
            }
            case BPF_LDX, BPF_ST, BPF_STX -> {
                expect(patch, Insn.off(slot), patch.localValue());
                if (patch.targetValue() < 0 || patch.targetValue() > Short.MAX_VALUE) {
                    throw new Unpatchable("offset %d does not fit the instruction".formatted(patch.targetValue()));
                }
                if (!patch.access().legal()) {
                    poison(slots, index);
                    return true;
                }
                slots[index] = resized(Insn.withOff(slot, (int) patch.targetValue()), patch.access());
            }
            case BPF_LD -> {
                if (!Insn.isLoadImm64(slot) || Insn.src(slot) != 0 || Insn.off(slot) != 0 || index + 1 >= slots.length
                        || (slots[index + 1] & 0xffffffffL) != 0) {
                    throw new Unpatchable("it is no plain two-slot load");
                }
                long held = (long) Insn.imm(slots[index + 1]) << 32 | Integer.toUnsignedLong(Insn.imm(slot));
                expect(patch, held, patch.localValue());
                slots[index] = Insn.withImm(slot, (int) patch.targetValue());
                slots[index + 1] = Insn.withImm(slots[index + 1], (int) (patch.targetValue() >>> 32));
            }
            default -> throw new Unpatchable("an instruction of class %d cannot hold a relocation"
                    .formatted(Insn.opcode(slot) & 7));
        }
        return false;
    }

    private static void expect(CoreFixup.Patch patch, long held, long local) throws Unpatchable {
        if (patch.validate() && held != local) {
            throw new Unpatchable("the instruction holds %d where the object's own types say %d".formatted(held, local));
        }
    }

    private static long resized(long slot, MemoryAccess access) throws Unpatchable {
        if (!access.changesSize()) {
            return slot;
        }
        int opcode = Insn.opcode(slot);
        if (access.localBytes() != bytes(opcode)) {
            throw new Unpatchable("a %d-byte field is accessed with %d bytes".formatted(access.localBytes(), bytes(opcode)));
        }
        int size = switch (Math.toIntExact(Math.min(access.targetBytes(), 16))) {
            case 1 -> 0x10;
            case 2 -> 0x08;
            case 4 -> 0x00;
            case 8 -> 0x18;
            default -> throw new Unpatchable("a field of %d bytes cannot be loaded".formatted(access.targetBytes()));
        };
        return Insn.withSize(slot, size);
    }

    private static int bytes(int opcode) {
        return switch (opcode & BPF_SIZE) {
            case 0x00 -> 4;
            case 0x08 -> 2;
            case 0x10 -> 1;
            default -> 8;
        };
    }
}
