package bpf4j.insn;

/** What a conditional jump asks of its operands: {@code BPF_OP} of the jump classes. */
public enum Condition {
    /** Equal. */
    EQ(Opcode.BPF_JEQ),
    /** Not equal. */
    NE(Opcode.BPF_JNE),
    /** Greater, unsigned. */
    GT(Opcode.BPF_JGT),
    /** Greater or equal, unsigned. */
    GE(Opcode.BPF_JGE),
    /** Less, unsigned. */
    LT(Opcode.BPF_JLT),
    /** Less or equal, unsigned. */
    LE(Opcode.BPF_JLE),
    /** Greater, signed. */
    SGT(Opcode.BPF_JSGT),
    /** Greater or equal, signed. */
    SGE(Opcode.BPF_JSGE),
    /** Less, signed. */
    SLT(Opcode.BPF_JSLT),
    /** Less or equal, signed. */
    SLE(Opcode.BPF_JSLE),
    /** Any common bit. */
    SET(Opcode.BPF_JSET);

    private final int code;

    Condition(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
