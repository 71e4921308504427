package bpf4j.insn;

/**
 * The registers; the ordinal is the number. {@link #R0} holds what functions return, {@link #R1} to {@link #R5} what
 * they are called with, {@link #R6} to {@link #R9} survive calls, {@link #R10} points to the end of the stack and is
 * read-only.
 */
public enum Register {
    /** Results of calls and of the program. */
    R0,
    /** First argument; at the start of a program its context. */
    R1,
    /** Second argument. */
    R2,
    /** Third argument. */
    R3,
    /** Fourth argument. */
    R4,
    /** Fifth argument. */
    R5,
    /** Survives calls. */
    R6,
    /** Survives calls. */
    R7,
    /** Survives calls. */
    R8,
    /** Survives calls. */
    R9,
    /** The frame pointer; stack slots are below it. */
    R10;

    /** {@return the number in instructions} */
    public int number() {
        return ordinal();
    }
}
