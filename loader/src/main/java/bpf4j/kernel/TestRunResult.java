package bpf4j.kernel;

/**
 * What came of a test run.
 *
 * @param returnValue what the program returned, the last time
 * @param durationNanos how long one run took on average, in nanoseconds; 0 for types that are not timed
 * @param data the packet as the program left it, cut to the room that there was; empty for types that have none
 * @param dataSizeBytes the size of the whole packet, larger than {@code data} if that was cut
 * @param context the context as the program left it; empty for types that do not give it back, if none went in, and if
 *     the packet was cut
 */
public record TestRunResult(int returnValue, long durationNanos, byte[] data, int dataSizeBytes, byte[] context) {

    /** {@return whether the packet is larger than the room that there was for it} */
    public boolean isCut() {
        return dataSizeBytes > data.length;
    }

    @Override
    public String toString() {
        return "returned %d in %d ns, %d bytes of data, %d of context".formatted(returnValue, durationNanos,
                dataSizeBytes, context.length);
    }
}
