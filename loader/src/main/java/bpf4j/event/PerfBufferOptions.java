package bpf4j.event;

/**
 * How a perf buffer is made.
 *
 * @param pagesPerCpu pages of data for each CPU, a power of two; the kernel counts them against {@code
 *     kernel.perf_event_mlock_kb} where the process lacks {@code CAP_IPC_LOCK}
 * @param wakeUpRecords how many records a CPU writes before it wakes the reader, at least 1: with more, wake-ups are
 *     fewer and records wait longer
 */
public record PerfBufferOptions(int pagesPerCpu, int wakeUpRecords) {

    private static final PerfBufferOptions DEFAULTS = new PerfBufferOptions(64, 1);

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if the pages are no power of two, or the records fewer than 1
     */
    public PerfBufferOptions {
        if (Integer.bitCount(pagesPerCpu) != 1 || pagesPerCpu < 0) {
            throw new IllegalArgumentException("%d pages for a CPU: it must be a power of two".formatted(pagesPerCpu));
        }
        if (wakeUpRecords < 1) {
            throw new IllegalArgumentException("a wake-up after %d records: it must be 1 or more"
                    .formatted(wakeUpRecords));
        }
    }

    /** {@return 64 pages for a CPU, and a wake-up for each record} */
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
        return new PerfBufferOptions(pages, wakeUpRecords);
    }

    /**
     * {@return these options with fewer or more wake-ups}
     *
     * @param records how many records a CPU writes before it wakes the reader, at least 1
     * @throws IllegalArgumentException if they are fewer than 1
     */
    public PerfBufferOptions withWakeUpRecords(int records) {
        return new PerfBufferOptions(pagesPerCpu, records);
    }
}
