package bpf4j.insn;

/** Operations on a register and a second operand: {@code BPF_OP} of the arithmetic classes. */
public enum Arithmetic {
    /** Adds. */
    ADD(Opcode.BPF_ADD),
    /** Subtracts. */
    SUB(Opcode.BPF_SUB),
    /** Multiplies. */
    MUL(Opcode.BPF_MUL),
    /** Divides, unsigned; by zero gives zero. */
    DIV(Opcode.BPF_DIV),
    /** Divides, signed; kernel 6.6. */
    SDIV(Opcode.BPF_DIV, true),
    /** Remainder, unsigned; of a division by zero the dividend. */
    MOD(Opcode.BPF_MOD),
    /** Remainder, signed; kernel 6.6. */
    SMOD(Opcode.BPF_MOD, true),
    /** Or. */
    OR(Opcode.BPF_OR),
    /** And. */
    AND(Opcode.BPF_AND),
    /** Exclusive or. */
    XOR(Opcode.BPF_XOR),
    /** Shifts left. */
    LSH(Opcode.BPF_LSH),
    /** Shifts right, filling with zeros. */
    RSH(Opcode.BPF_RSH),
    /** Shifts right, filling with the sign. */
    ARSH(Opcode.BPF_ARSH),
    /** Takes the second operand alone. */
    MOV(Opcode.BPF_MOV);

    private final int code;
    private final boolean signed;

    Arithmetic(int code) {
        this(code, false);
    }

    Arithmetic(int code, boolean signed) {
        this.code = code;
        this.signed = signed;
    }

    int code() {
        return code;
    }

    /** What stands in the offset. */
    int off() {
        return signed ? 1 : 0;
    }
}
