package bpf4j.reloc;

import bpf4j.btf.core.CoreFixup;
import bpf4j.btf.core.MemoryAccess;
import bpf4j.insn.Insn;
import bpf4j.insn.Opcode;

/** Applies a CO-RE answer to an instruction: which field is rewritten depends on the instruction's class. */
final class CorePatcher {

    /**
     * The number of a helper that does not exist; a verifier log that names it tells of a relocation without an answer.
     */
    static final int POISON = 0xbad2310;

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
        slots[index] = Insn.helperCall(POISON);
        if (wide && index + 1 < slots.length) {
            slots[index + 1] = Insn.helperCall(POISON);
        }
    }

    private static boolean apply(CoreFixup.Patch patch, long[] slots, int index) throws Unpatchable {
        long slot = slots[index];
        switch (Insn.opcodeClass(slot)) {
            case Opcode.BPF_ALU, Opcode.BPF_ALU64 -> {
                if (Insn.source(slot) == Opcode.BPF_X) {
                    throw new Unpatchable("the arithmetic instruction has no immediate to patch");
                }
                expect(patch, Insn.imm(slot), patch.localValue());
                slots[index] = Insn.withImm(slot, (int) patch.targetValue());
            }
            case Opcode.BPF_LDX, Opcode.BPF_ST, Opcode.BPF_STX -> {
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
            case Opcode.BPF_LD -> {
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
                    .formatted(Insn.opcodeClass(slot)));
        }
        return false;
    }

    private static void expect(CoreFixup.Patch patch, long held, long local) throws Unpatchable {
        if (patch.validate() && held != local) {
            throw new Unpatchable("the instruction holds %d where the object's own types say %d"
                    .formatted(held, local));
        }
    }

    private static long resized(long slot, MemoryAccess access) throws Unpatchable {
        if (!access.changesSize()) {
            return slot;
        }
        int held = bytes(slot);
        if (access.localBytes() != held) {
            throw new Unpatchable("a %d-byte field is accessed with %d bytes".formatted(access.localBytes(), held));
        }
        int size = switch (Math.toIntExact(Math.min(access.targetBytes(), 16))) {
            case 1 -> Opcode.BPF_B;
            case 2 -> Opcode.BPF_H;
            case 4 -> Opcode.BPF_W;
            case 8 -> Opcode.BPF_DW;
            default -> throw new Unpatchable("a field of %d bytes cannot be loaded".formatted(access.targetBytes()));
        };
        return Insn.withSize(slot, size);
    }

    private static int bytes(long slot) {
        return switch (Insn.size(slot)) {
            case Opcode.BPF_W -> 4;
            case Opcode.BPF_H -> 2;
            case Opcode.BPF_B -> 1;
            default -> 8;
        };
    }
}
