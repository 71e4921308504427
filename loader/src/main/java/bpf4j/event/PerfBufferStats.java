package bpf4j.event;

/**
 * How far one CPU's part of a perf buffer is.
 *
 * @param cpu the CPU
 * @param sizeBytes what fits in
 * @param availableBytes what is written and not read, headers and padding included: from 0 to {@code sizeBytes}
 * @param records how many records this reader gave to handlers
 * @param lostRecords how many records there was no room for, as far as the kernel has said so: it says so with the next
 *     record that there is room for
 */
public record PerfBufferStats(int cpu, long sizeBytes, long availableBytes, long records, long lostRecords) {
}
