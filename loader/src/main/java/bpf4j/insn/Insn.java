package bpf4j.insn;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * One instruction slot as a {@code long}, in one form whatever the byte order of its program: bits 0 to 7 opcode, 8 to
 * 11 destination register, 12 to 15 source register, 16 to 31 offset (signed), 32 to 63 constant (signed). Programs are
 * {@code long[]}; a 64-bit constant takes two slots, the second with nothing but the upper half in its constant.
 */
public final class Insn {

    /** Bytes of a slot. */
    public static final int BYTES = 8;

    private static final int LD_IMM64 = Opcode.BPF_LD | Opcode.BPF_IMM | Opcode.BPF_DW;
    private static final int CALL = Opcode.BPF_JMP | Opcode.BPF_CALL;

    private Insn() {
    }

    /**
     * Makes a slot.
     *
     * @param opcode 0 to 255
     * @param dst destination register, 0 to 15
     * @param src source register, 0 to 15
     * @param off offset, from -32768 to 32767
     * @param imm the constant
     * @return the slot
     * @throws IllegalArgumentException if a field does not fit
     */
    public static long of(int opcode, int dst, int src, int off, int imm) {
        return withImm(withOff(withSrc(withDst(withOpcode(0, opcode), dst), src), off), imm);
    }

    /**
     * Makes a load of a 64-bit constant.
     *
     * @param dst destination register, 0 to 15
     * @param src source register: 0, or one of the {@code BPF_PSEUDO} numbers for two-slot loads
     * @param value the constant
     * @return two slots
     */
    public static long[] loadImm64(int dst, int src, long value) {
        return new long[] {of(LD_IMM64, dst, src, 0, (int) value), of(0, 0, 0, 0, (int) (value >>> 32))};
    }

    /**
     * Makes a call of a helper.
     *
     * @param helper the helper's number
     * @return the slot
     */
    public static long helperCall(int helper) {
        return of(Opcode.BPF_JMP | Opcode.BPF_CALL, 0, 0, 0, helper);
    }

    /**
     * Decodes a program.
     *
     * @param code the bytes; not kept
     * @param order byte order of the program's machine
     * @return its slots
     * @throws IllegalArgumentException if the number of bytes is not a multiple of 8, or more than an array holds
     */
    public static long[] decode(MemorySegment code, ByteOrder order) {
        if (code.byteSize() % BYTES != 0 || code.byteSize() / BYTES > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("0x%x bytes are no program".formatted(code.byteSize()));
        }
        long[] slots = new long[(int) (code.byteSize() / BYTES)];
        MemorySegment.copy(code, ValueLayout.JAVA_LONG_UNALIGNED.withOrder(order), 0, slots, 0, slots.length);
        if (order == ByteOrder.BIG_ENDIAN) {
            Arrays.setAll(slots, i -> fromBigEndian(slots[i]));
        }
        return slots;
    }

    /**
     * Encodes a program.
     *
     * @param slots its slots
     * @param order byte order of the program's machine
     * @return its bytes
     * @throws IllegalArgumentException if there are more bytes than an array holds
     */
    public static byte[] encode(long[] slots, ByteOrder order) {
        if (slots.length > (Integer.MAX_VALUE - 8) / BYTES) {
            throw new IllegalArgumentException(slots.length + " slots are more bytes than an array holds");
        }
        MemorySegment code = MemorySegment.ofArray(new byte[slots.length * BYTES]);
        long[] words = slots;
        if (order == ByteOrder.BIG_ENDIAN) {
            words = Arrays.stream(slots).map(Insn::toBigEndian).toArray();
        }
        MemorySegment.copy(words, 0, code, ValueLayout.JAVA_LONG_UNALIGNED.withOrder(order), 0, words.length);
        return (byte[]) code.heapBase().orElseThrow();
    }

    /** Big endian, the fields have the same order, but each its bytes turned, and the registers change places. */
    private static long fromBigEndian(long word) {
        return word >>> 56 | (word >>> 52 & 0xf) << 8 | (word >>> 48 & 0xf) << 12 | (word >>> 32 & 0xffff) << 16
                | word << 32;
    }

    private static long toBigEndian(long slot) {
        return slot << 56 | (slot >>> 8 & 0xf) << 52 | (slot >>> 12 & 0xf) << 48 | (slot >>> 16 & 0xffff) << 32
                | slot >>> 32;
    }

    /**
     * {@return the opcode, 0 to 255}
     *
     * @param slot a slot
     */
    public static int opcode(long slot) {
        return (int) slot & 0xff;
    }

    /**
     * {@return the class, {@code BPF_CLASS}: 0 to 7}
     *
     * @param slot a slot
     */
    public static int opcodeClass(long slot) {
        return (int) slot & 0x07;
    }

    /**
     * {@return the size, {@code BPF_SIZE}, of a load or store}
     *
     * @param slot a slot
     */
    public static int size(long slot) {
        return (int) slot & 0x18;
    }

    /**
     * {@return the mode, {@code BPF_MODE}, of a load or store}
     *
     * @param slot a slot
     */
    public static int mode(long slot) {
        return (int) slot & 0xe0;
    }

    /**
     * {@return the operation, {@code BPF_OP}, of arithmetic or a jump}
     *
     * @param slot a slot
     */
    public static int operation(long slot) {
        return (int) slot & 0xf0;
    }

    /**
     * {@return the source, {@code BPF_SRC}, of arithmetic or a jump: BPF_K or BPF_X}
     *
     * @param slot a slot
     */
    public static int source(long slot) {
        return (int) slot & 0x08;
    }

    /**
     * {@return the destination register, 0 to 15}
     *
     * @param slot a slot
     */
    public static int dst(long slot) {
        return (int) (slot >>> 8) & 0xf;
    }

    /**
     * {@return the source register, 0 to 15}
     *
     * @param slot a slot
     */
    public static int src(long slot) {
        return (int) (slot >>> 12) & 0xf;
    }

    /**
     * {@return the offset}
     *
     * @param slot a slot
     */
    public static short off(long slot) {
        return (short) (slot >>> 16);
    }

    /**
     * {@return the constant}
     *
     * @param slot a slot
     */
    public static int imm(long slot) {
        return (int) (slot >>> 32);
    }

    /**
     * Gets the constant of a two-slot load.
     *
     * @param first its first slot
     * @param second its second slot
     * @return all 64 bits
     */
    public static long imm64(long first, long second) {
        return imm(first) & 0xffff_ffffL | (long) imm(second) << 32;
    }

    /**
     * Changes the opcode.
     *
     * @param slot a slot
     * @param opcode 0 to 255
     * @return the changed slot
     * @throws IllegalArgumentException if it does not fit
     */
    public static long withOpcode(long slot, int opcode) {
        if ((opcode & ~0xff) != 0) {
            throw new IllegalArgumentException("opcode 0x%x does not fit 8 bits".formatted(opcode));
        }
        return slot & ~0xffL | opcode;
    }

    /**
     * Changes the destination register.
     *
     * @param slot a slot
     * @param dst 0 to 15
     * @return the changed slot
     * @throws IllegalArgumentException if it does not fit
     */
    public static long withDst(long slot, int dst) {
        return slot & ~0xf00L | (long) register(dst) << 8;
    }

    /**
     * Changes the source register.
     *
     * @param slot a slot
     * @param src 0 to 15
     * @return the changed slot
     * @throws IllegalArgumentException if it does not fit
     */
    public static long withSrc(long slot, int src) {
        return slot & ~0xf000L | (long) register(src) << 12;
    }

    /**
     * Changes the offset.
     *
     * @param slot a slot
     * @param off from -32768 to 32767
     * @return the changed slot
     * @throws IllegalArgumentException if it does not fit
     */
    public static long withOff(long slot, int off) {
        if (off != (short) off) {
            throw new IllegalArgumentException("offset " + off + " does not fit 16 bits");
        }
        return slot & ~0xffff_0000L | (off & 0xffffL) << 16;
    }

    /**
     * Changes the constant.
     *
     * @param slot a slot
     * @param imm the constant
     * @return the changed slot
     */
    public static long withImm(long slot, int imm) {
        return slot & 0xffff_ffffL | (long) imm << 32;
    }

    /**
     * Changes the size of a load or store and leaves its mode alone.
     *
     * @param slot a slot
     * @param size {@link Opcode#BPF_B}, {@link Opcode#BPF_H}, {@link Opcode#BPF_W} or {@link Opcode#BPF_DW}
     * @return the changed slot
     * @throws IllegalArgumentException if it is none of these
     */
    public static long withSize(long slot, int size) {
        if ((size & ~0x18) != 0) {
            throw new IllegalArgumentException("0x%x is no size".formatted(size));
        }
        return slot & ~0x18L | size;
    }

    /**
     * {@return whether this is the first slot of a two-slot load}
     *
     * @param slot a slot
     */
    public static boolean isLoadImm64(long slot) {
        return opcode(slot) == LD_IMM64;
    }

    /**
     * {@return whether this calls a helper, subprogram or kernel function by number}
     *
     * @param slot a slot
     */
    public static boolean isCall(long slot) {
        return opcode(slot) == CALL;
    }

    /**
     * {@return whether this calls a subprogram}
     *
     * @param slot a slot
     */
    public static boolean isPseudoCall(long slot) {
        return isCall(slot) && src(slot) == Opcode.BPF_PSEUDO_CALL;
    }

    /**
     * {@return whether this calls a helper}
     *
     * @param slot a slot
     */
    public static boolean isHelperCall(long slot) {
        return isCall(slot) && src(slot) == 0;
    }

    /**
     * {@return whether this calls a kernel function}
     *
     * @param slot a slot
     */
    public static boolean isKfuncCall(long slot) {
        return isCall(slot) && src(slot) == Opcode.BPF_PSEUDO_KFUNC_CALL;
    }

    /**
     * {@return whether this loads the address of a subprogram}
     *
     * @param slot a slot
     */
    public static boolean isPseudoFunc(long slot) {
        return isLoadImm64(slot) && src(slot) == Opcode.BPF_PSEUDO_FUNC;
    }

    private static int register(int number) {
        if ((number & ~0xf) != 0) {
            throw new IllegalArgumentException("register " + number + " does not fit 4 bits");
        }
        return number;
    }
}
