package bpf4j.insn;

/** Numbers and registers as the assembler writes them. */
final class Text {

    private Text() {
    }

    /** Signed hexadecimal: {@code -0x8}. */
    static String hex(long value) {
        return value < 0 ? "-0x" + Long.toHexString(-value) : "0x" + Long.toHexString(value);
    }

    static String register(int number, boolean wide) {
        return (wide ? "r" : "w") + number;
    }

    /** An address: {@code r10 - 0x8}. */
    static String address(int register, int off) {
        return "r%d %s 0x%x".formatted(register, off < 0 ? "-" : "+", Math.abs(off));
    }
}
