package bpf4j.kernel;

/**
 * How a program is put before the kernel: its code, and which of the optional things go with it.
 *
 * @param slots the code, ready for the kernel
 * @param named whether its name goes along
 * @param attachTyped whether its expected attach type goes along
 * @param described whether func and line info go along
 */
record ProgramRequest(long[] slots, boolean named, boolean attachTyped, boolean described) {

    static ProgramRequest full(long[] slots) {
        return new ProgramRequest(slots, true, true, true);
    }
}
