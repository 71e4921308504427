package bpf4j.binary;

/**
 * Where an argument of a USDT probe is when the probe is passed. Offsets of registers are in bytes from the start of
 * the machine's {@code struct pt_regs}, or {@code struct user_pt_regs} where that is what programs see.
 */
public sealed interface UsdtArgument {

    /** {@return the size in bytes: 1, 2, 4 or 8} */
    int sizeBytes();

    /** {@return whether the argument is a number with a sign} */
    boolean isSigned();

    /**
     * A constant.
     *
     * @param sizeBytes the size in bytes: 1, 2, 4 or 8
     * @param isSigned whether it is a number with a sign
     * @param value the constant
     */
    record Constant(int sizeBytes, boolean isSigned, long value) implements UsdtArgument {
    }

    /**
     * In a register.
     *
     * @param sizeBytes the size in bytes: 1, 2, 4 or 8
     * @param isSigned whether it is a number with a sign
     * @param registerOffset the register
     */
    record Register(int sizeBytes, boolean isSigned, int registerOffset) implements UsdtArgument {
    }

    /**
     * In memory that a register points to.
     *
     * @param sizeBytes the size in bytes: 1, 2, 4 or 8
     * @param isSigned whether it is a number with a sign
     * @param registerOffset the register
     * @param displacement what is added to the register
     */
    record Memory(int sizeBytes, boolean isSigned, int registerOffset, long displacement) implements UsdtArgument {
    }

    /**
     * In memory at a register and a multiple of another: {@code 8(%rax,%rcx,4)}.
     *
     * @param sizeBytes the size in bytes: 1, 2, 4 or 8
     * @param isSigned whether it is a number with a sign
     * @param registerOffset the register
     * @param displacement what is added to the register
     * @param indexOffset the register that is multiplied
     * @param scaleShift by which power of two: 0 to 3
     */
    record Indexed(int sizeBytes, boolean isSigned, int registerOffset, long displacement, int indexOffset,
            int scaleShift) implements UsdtArgument {
    }
}
