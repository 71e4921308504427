package bpf4j.link;

import java.util.Objects;

/**
 * A perf event to open for a program. Source: {@code perf_event_open(2)}.
 *
 * @param type what {@code config} is about: one of the {@code PERF_TYPE_} constants, or the number of a PMU from {@code
 *     /sys/bus/event_source/devices}
 * @param config which event of this type: one of the {@code PERF_COUNT_} constants, or a raw one
 * @param sampling when the program runs
 * @param pid the process, 0 for this one, -1 for all, which needs a CPU
 * @param cpu the CPU, -1 for any, which needs a process
 * @param cookie what {@code bpf_get_attach_cookie} returns in the program, 0 for none; Linux 5.15
 * @param mode how to attach; an event has no {@link ProbeMode#LEGACY} one
 */
public record PerfEventOptions(int type, long config, Sampling sampling, int pid, int cpu, long cookie,
        ProbeMode mode) {

    /** {@code type}: counted by the processor. */
    public static final int PERF_TYPE_HARDWARE = 0;
    /** {@code type}: counted by the kernel. */
    public static final int PERF_TYPE_SOFTWARE = 1;
    /** {@code type}: accesses of caches. */
    public static final int PERF_TYPE_HW_CACHE = 3;
    /** {@code type}: an event of this processor by its own number. */
    public static final int PERF_TYPE_RAW = 4;

    /** {@code config} of {@link #PERF_TYPE_HARDWARE}: cycles. */
    public static final long PERF_COUNT_HW_CPU_CYCLES = 0;
    /** {@code config} of {@link #PERF_TYPE_HARDWARE}: instructions. */
    public static final long PERF_COUNT_HW_INSTRUCTIONS = 1;
    /** {@code config} of {@link #PERF_TYPE_HARDWARE}: accesses that missed the caches. */
    public static final long PERF_COUNT_HW_CACHE_MISSES = 3;
    /** {@code config} of {@link #PERF_TYPE_SOFTWARE}: time of a CPU, in nanoseconds. */
    public static final long PERF_COUNT_SW_CPU_CLOCK = 0;
    /** {@code config} of {@link #PERF_TYPE_SOFTWARE}: time of a task on CPUs, in nanoseconds. */
    public static final long PERF_COUNT_SW_TASK_CLOCK = 1;
    /** {@code config} of {@link #PERF_TYPE_SOFTWARE}: page faults. */
    public static final long PERF_COUNT_SW_PAGE_FAULTS = 2;
    /** {@code config} of {@link #PERF_TYPE_SOFTWARE}: context switches. */
    public static final long PERF_COUNT_SW_CONTEXT_SWITCHES = 3;

    /** {@code pid}: all processes. */
    public static final int ALL_PROCESSES = -1;
    /** {@code cpu}: any CPU. */
    public static final int ANY_CPU = -1;

    /** When the program runs. */
    public sealed interface Sampling {

        /**
         * Each time that the event has happened so often.
         *
         * @param events how often, at least 1; of the clocks nanoseconds
         */
        record Period(long events) implements Sampling {

            /**
             * Checks the number.
             *
             * @throws IllegalArgumentException if it is not positive
             */
            public Period {
                requirePositive(events);
            }
        }

        /**
         * So often in a second, for which the kernel adjusts the period.
         *
         * @param hertz how often, at least 1, at most {@code kernel.perf_event_max_sample_rate}
         */
        record Frequency(long hertz) implements Sampling {

            /**
             * Checks the number.
             *
             * @throws IllegalArgumentException if it is not positive
             */
            public Frequency {
                requirePositive(hertz);
            }
        }

        private static void requirePositive(long number) {
            if (number <= 0) {
                throw new IllegalArgumentException("sampling takes a positive number, not " + number);
            }
        }
    }

    /**
     * Checks what the kernel would refuse without saying why.
     *
     * @throws IllegalArgumentException if it is an event of neither a process nor a CPU
     */
    public PerfEventOptions {
        Objects.requireNonNull(sampling);
        Objects.requireNonNull(mode);
        if (mode == ProbeMode.LEGACY) {
            throw new IllegalArgumentException("an event is no probe that could be written into tracefs");
        }
        if (pid < ALL_PROCESSES || cpu < ANY_CPU || pid == ALL_PROCESSES && cpu == ANY_CPU) {
            throw new IllegalArgumentException("process " + pid + " and CPU " + cpu
                    + ": an event is of one process, one CPU or both");
        }
    }

    /**
     * Takes an event of all processes on CPU 0.
     *
     * @param type one of the {@code PERF_TYPE_} constants, or the number of a PMU
     * @param config which event of this type
     * @param sampling when the program runs
     * @return options without a cookie
     */
    public static PerfEventOptions of(int type, long config, Sampling sampling) {
        return new PerfEventOptions(type, config, sampling, ALL_PROCESSES, 0, 0, ProbeMode.AUTO);
    }

    /**
     * Samples what CPUs do by their clock, which every machine has, virtual ones too.
     *
     * @param hertz how often in a second
     * @return options for all processes on CPU 0
     */
    public static PerfEventOptions cpuClock(long hertz) {
        return of(PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK, new Sampling.Frequency(hertz));
    }

    /**
     * Changes the process.
     *
     * @param newPid the process, 0 for this one, -1 for all
     * @return the changed copy
     */
    public PerfEventOptions withPid(int newPid) {
        return new PerfEventOptions(type, config, sampling, newPid, cpu, cookie, mode);
    }

    /**
     * Changes the CPU.
     *
     * @param newCpu the CPU, -1 for any
     * @return the changed copy
     */
    public PerfEventOptions withCpu(int newCpu) {
        return new PerfEventOptions(type, config, sampling, pid, newCpu, cookie, mode);
    }

    /**
     * Changes the cookie.
     *
     * @param newCookie any number, 0 for none
     * @return the changed copy
     */
    public PerfEventOptions withCookie(long newCookie) {
        return new PerfEventOptions(type, config, sampling, pid, cpu, newCookie, mode);
    }

    /**
     * Changes how to attach.
     *
     * @param newMode any but {@link ProbeMode#LEGACY}
     * @return the changed copy
     */
    public PerfEventOptions withMode(ProbeMode newMode) {
        return new PerfEventOptions(type, config, sampling, pid, cpu, cookie, newMode);
    }
}
