package bpf4j.insn;

/**
 * The numbers that instructions are made of, under the names of {@code <linux/bpf_common.h>} and {@code <linux/bpf.h>}.
 * An opcode of the arithmetic and jump classes is class, source and operation; one of the load and store classes is
 * class, size and mode.
 */
public final class Opcode {

    /** Class: loads that are not from memory, and of packets. */
    public static final int BPF_LD = 0x00;
    /** Class: load from memory into a register. */
    public static final int BPF_LDX = 0x01;
    /** Class: store a constant. */
    public static final int BPF_ST = 0x02;
    /** Class: store a register, and atomic operations. */
    public static final int BPF_STX = 0x03;
    /** Class: 32-bit arithmetic. */
    public static final int BPF_ALU = 0x04;
    /** Class: jumps that compare 64 bits, calls and exit. */
    public static final int BPF_JMP = 0x05;
    /** Class: jumps that compare 32 bits, and the long jump. */
    public static final int BPF_JMP32 = 0x06;
    /** Class: 64-bit arithmetic. */
    public static final int BPF_ALU64 = 0x07;

    /** Source: the constant. */
    public static final int BPF_K = 0x00;
    /** Source: a register. */
    public static final int BPF_X = 0x08;

    /** Size: 4 bytes. */
    public static final int BPF_W = 0x00;
    /** Size: 2 bytes. */
    public static final int BPF_H = 0x08;
    /** Size: 1 byte. */
    public static final int BPF_B = 0x10;
    /** Size: 8 bytes. */
    public static final int BPF_DW = 0x18;

    /** Mode: the two-slot 64-bit constant. */
    public static final int BPF_IMM = 0x00;
    /** Mode: packet byte at a constant offset. */
    public static final int BPF_ABS = 0x20;
    /** Mode: packet byte at a register's offset. */
    public static final int BPF_IND = 0x40;
    /** Mode: memory. */
    public static final int BPF_MEM = 0x60;
    /** Mode: memory, sign-extended. */
    public static final int BPF_MEMSX = 0x80;
    /** Mode: atomic; the operation stands in the constant. */
    public static final int BPF_ATOMIC = 0xc0;

    /** Arithmetic: add. */
    public static final int BPF_ADD = 0x00;
    /** Arithmetic: subtract. */
    public static final int BPF_SUB = 0x10;
    /** Arithmetic: multiply. */
    public static final int BPF_MUL = 0x20;
    /** Arithmetic: divide; signed with offset 1. */
    public static final int BPF_DIV = 0x30;
    /** Arithmetic: or. */
    public static final int BPF_OR = 0x40;
    /** Arithmetic: and. */
    public static final int BPF_AND = 0x50;
    /** Arithmetic: shift left. */
    public static final int BPF_LSH = 0x60;
    /** Arithmetic: shift right, filling with zeros. */
    public static final int BPF_RSH = 0x70;
    /** Arithmetic: negate. */
    public static final int BPF_NEG = 0x80;
    /** Arithmetic: remainder; signed with offset 1. */
    public static final int BPF_MOD = 0x90;
    /** Arithmetic: exclusive or. */
    public static final int BPF_XOR = 0xa0;
    /** Arithmetic: move; the offset says how many bits a sign-extending one takes, or that it casts an address. */
    public static final int BPF_MOV = 0xb0;
    /** Arithmetic: shift right, filling with the sign. */
    public static final int BPF_ARSH = 0xc0;
    /** Arithmetic: change byte order. */
    public static final int BPF_END = 0xd0;

    /** Jump: always. */
    public static final int BPF_JA = 0x00;
    /** Jump: equal. */
    public static final int BPF_JEQ = 0x10;
    /** Jump: greater, unsigned. */
    public static final int BPF_JGT = 0x20;
    /** Jump: greater or equal, unsigned. */
    public static final int BPF_JGE = 0x30;
    /** Jump: any common bit. */
    public static final int BPF_JSET = 0x40;
    /** Jump: not equal. */
    public static final int BPF_JNE = 0x50;
    /** Jump: greater, signed. */
    public static final int BPF_JSGT = 0x60;
    /** Jump: greater or equal, signed. */
    public static final int BPF_JSGE = 0x70;
    /** Jump: call. */
    public static final int BPF_CALL = 0x80;
    /** Jump: return. */
    public static final int BPF_EXIT = 0x90;
    /** Jump: less, unsigned. */
    public static final int BPF_JLT = 0xa0;
    /** Jump: less or equal, unsigned. */
    public static final int BPF_JLE = 0xb0;
    /** Jump: less, signed. */
    public static final int BPF_JSLT = 0xc0;
    /** Jump: less or equal, signed. */
    public static final int BPF_JSLE = 0xd0;
    /** Jump: on a condition that the kernel decides; source register {@link #BPF_MAY_GOTO}. */
    public static final int BPF_JCOND = 0xe0;
    /** Source register of {@link #BPF_JCOND}: jump when a loop has run for too long. */
    public static final int BPF_MAY_GOTO = 0;

    /** Atomic: the flag that also returns the old value. */
    public static final int BPF_FETCH = 0x01;
    /** Atomic: exchange. */
    public static final int BPF_XCHG = 0xe0 | BPF_FETCH;
    /** Atomic: compare with register 0 and exchange. */
    public static final int BPF_CMPXCHG = 0xf0 | BPF_FETCH;
    /** Atomic: load with acquire order. */
    public static final int BPF_LOAD_ACQ = 0x100;
    /** Atomic: store with release order. */
    public static final int BPF_STORE_REL = 0x110;

    /** Offset of a 64-bit move between registers: cast an address to another address space. */
    public static final int BPF_ADDR_SPACE_CAST = 1;

    /** Source register of a two-slot load: file descriptor of a map. */
    public static final int BPF_PSEUDO_MAP_FD = 1;
    /** Source register of a two-slot load: address in a map's value, by file descriptor and offset. */
    public static final int BPF_PSEUDO_MAP_VALUE = 2;
    /** Source register of a two-slot load: id of a kernel variable. */
    public static final int BPF_PSEUDO_BTF_ID = 3;
    /** Source register of a two-slot load: address of a subprogram. */
    public static final int BPF_PSEUDO_FUNC = 4;
    /** Source register of a two-slot load: index into the array of file descriptors. */
    public static final int BPF_PSEUDO_MAP_IDX = 5;
    /** Source register of a two-slot load: address in a map's value, by index and offset. */
    public static final int BPF_PSEUDO_MAP_IDX_VALUE = 6;
    /** Source register of a call: subprogram. */
    public static final int BPF_PSEUDO_CALL = 1;
    /** Source register of a call: kernel function. */
    public static final int BPF_PSEUDO_KFUNC_CALL = 2;

    private Opcode() {
    }
}
