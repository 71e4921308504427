package bpf4j.insn;

/** Atomic operations on memory and a register: the constant of {@link Opcode#BPF_ATOMIC} instructions. */
public enum Atomic {
    /** Adds the register to memory. */
    ADD(Opcode.BPF_ADD),
    /** Ors the register into memory. */
    OR(Opcode.BPF_OR),
    /** Ands the register into memory. */
    AND(Opcode.BPF_AND),
    /** Exclusively ors the register into memory. */
    XOR(Opcode.BPF_XOR),
    /** As {@link #ADD}; the register becomes the old value. Kernel 5.12, as are the following. */
    FETCH_ADD(Opcode.BPF_ADD | Opcode.BPF_FETCH),
    /** As {@link #OR}; the register becomes the old value. */
    FETCH_OR(Opcode.BPF_OR | Opcode.BPF_FETCH),
    /** As {@link #AND}; the register becomes the old value. */
    FETCH_AND(Opcode.BPF_AND | Opcode.BPF_FETCH),
    /** As {@link #XOR}; the register becomes the old value. */
    FETCH_XOR(Opcode.BPF_XOR | Opcode.BPF_FETCH),
    /** Exchanges register and memory. */
    XCHG(Opcode.BPF_XCHG),
    /** Stores the register if memory equals {@link Register#R0}, which becomes the old value in any case. */
    CMPXCHG(Opcode.BPF_CMPXCHG);

    private final int code;

    Atomic(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
