package bpf4j.event;

import java.util.Arrays;
import java.util.List;

/**
 * How a perf buffer is made. Of {@code wakeUpRecords} and {@code wakeUpBytes} one is 0.
 *
 * @param pagesPerCpu pages of data for each CPU, a power of two; the kernel counts them against {@code
 *     kernel.perf_event_mlock_kb} where the process lacks {@code CAP_IPC_LOCK}
 * @param wakeUpRecords how many records a CPU writes before it wakes the reader: with more than 1, wake-ups are fewer
 *     and records wait longer
 * @param wakeUpBytes how many bytes, headers included, a CPU writes before it wakes the reader; the kernel takes the
 *     size of the buffer for more than that
 * @param cpus the CPUs to read, ascending; empty for all that are online
 */
public record PerfBufferOptions(int pagesPerCpu, int wakeUpRecords, int wakeUpBytes, List<Integer> cpus) {

    private static final PerfBufferOptions DEFAULTS = new PerfBufferOptions(64, 1, 0, List.of());

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if the pages are no power of two, a number is negative, not just one of the
     *     conditions of a wake-up is given, or the CPUs are not ascending
     */
    public PerfBufferOptions {
        cpus = List.copyOf(cpus);
        if (Integer.bitCount(pagesPerCpu) != 1 || pagesPerCpu < 0) {
            throw new IllegalArgumentException("%d pages for a CPU: it must be a power of two".formatted(pagesPerCpu));
        }
        if (wakeUpRecords < 0 || wakeUpBytes < 0 || (wakeUpRecords == 0) == (wakeUpBytes == 0)) {
            throw new IllegalArgumentException("a wake-up after %d records or %d bytes: one of them must be 1 or more"
                    .formatted(wakeUpRecords, wakeUpBytes));
        }
        for (int index = 0; index < cpus.size(); index++) {
            if (cpus.get(index) < 0 || index > 0 && cpus.get(index) <= cpus.get(index - 1)) {
                throw new IllegalArgumentException("CPUs %s: they must be ascending numbers from 0".formatted(cpus));
            }
        }
    }

    /** {@return 64 pages for each CPU that is online, and a wake-up for each record} */
    public static PerfBufferOptions defaults() {
        return DEFAULTS;
    }

    /**
     * {@return these options with another size}
     *
     * @param pages pages of data for each CPU, a power of two
     * @throws IllegalArgumentException if they are no power of two
     */
    public PerfBufferOptions withPagesPerCpu(int pages) {
        return new PerfBufferOptions(pages, wakeUpRecords, wakeUpBytes, cpus);
    }

    /**
     * {@return these options with wake-ups by records}
     *
     * @param records how many records a CPU writes before it wakes the reader, at least 1
     * @throws IllegalArgumentException if they are fewer than 1
     */
    public PerfBufferOptions withWakeUpRecords(int records) {
        return new PerfBufferOptions(pagesPerCpu, records, 0, cpus);
    }

    /**
     * {@return these options with wake-ups by bytes}
     *
     * @param bytes how many bytes a CPU writes before it wakes the reader, at least 1
     */
    public PerfBufferOptions withWakeUpBytes(int bytes) {
        return new PerfBufferOptions(pagesPerCpu, 0, bytes, cpus);
    }

    /**
     * {@return these options for some CPUs} On others programs are told {@code ENOENT}.
     *
     * @param numbers the CPUs, in any order; none for all that are online
     */
    public PerfBufferOptions withCpus(int... numbers) {
        return new PerfBufferOptions(pagesPerCpu, wakeUpRecords, wakeUpBytes,
                Arrays.stream(numbers).sorted().distinct().boxed().toList());
    }
}
