package bpf4j.insn;

/** How much memory a load, store or atomic operation touches: {@code BPF_SIZE} of {@code <linux/bpf_common.h>}. */
public enum Size {
    /** One byte. */
    B(Opcode.BPF_B, 1),
    /** Two bytes. */
    H(Opcode.BPF_H, 2),
    /** Four bytes. */
    W(Opcode.BPF_W, 4),
    /** Eight bytes. */
    DW(Opcode.BPF_DW, 8);

    private final int code;
    private final int bytes;

    Size(int code, int bytes) {
        this.code = code;
        this.bytes = bytes;
    }

    /** {@return the number of bytes} */
    public int bytes() {
        return bytes;
    }

    int code() {
        return code;
    }
}
