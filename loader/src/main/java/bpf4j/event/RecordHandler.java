package bpf4j.event;

import java.lang.foreign.MemorySegment;

/**
 * Receives records where they are in shared memory. Nothing is allocated for a record: fields are read from {@code
 * memory} at {@code offsetBytes}.
 *
 * {@snippet :
 * events.poll(Duration.ofSeconds(1), (map, memory, offsetBytes, sizeBytes) -> {
 *     int pid = memory.get(ValueLayout.JAVA_INT, offsetBytes);
 *     long nanos = memory.get(ValueLayout.JAVA_LONG, offsetBytes + 8);
 *     ...
 * });
 * }
 */
@FunctionalInterface
public interface RecordHandler {

    /**
     * Takes a record. It is good until this returns; afterwards the kernel writes over it, and reading {@code memory}
     * gives whatever is there then, or an {@link IllegalStateException} once the source is closed.
     *
     * <p>An exception ends the poll and reaches its caller; the record counts as read.
     *
     * @param source where it comes from: the index of the ring buffer, or the CPU of a perf buffer
     * @param memory shared memory, larger than the record, for reading only
     * @param offsetBytes where the record starts, a multiple of 8
     * @param sizeBytes its size
     */
    void onRecord(int source, MemorySegment memory, long offsetBytes, int sizeBytes);

    /**
     * Learns that records were lost, because there was no room for them: perf buffers only. A ring buffer refuses a
     * record to the program, which can count that. This method does nothing.
     *
     * @param source the CPU
     * @param records how many, greater than 0
     */
    default void onLost(int source, long records) {
    }
}
