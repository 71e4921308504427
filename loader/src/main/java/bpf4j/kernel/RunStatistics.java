package bpf4j.kernel;

import bpf4j.sys.BpfCalls;
import bpf4j.sys.Fd;
import bpf4j.sys.Kernel;

/**
 * Makes the kernel count how often and for how long each program runs, as long as this is open: {@code
 * BPF_ENABLE_STATS}. The counts are in {@link ProgramInfo#runCount()} and {@link ProgramInfo#runTimeNanos()}; the
 * sysctl {@code kernel.bpf_stats_enabled} does the same without an end. Costs every run of every program some 20
 * nanoseconds. Needs Linux 5.8 and {@code CAP_SYS_ADMIN}. Safe for use by several threads.
 */
public final class RunStatistics implements AutoCloseable {

    /** {@code enum bpf_stats_type}. */
    private static final int BPF_STATS_RUN_TIME = 0;

    private final Fd fd;

    private RunStatistics(Fd fd) {
        this.fd = fd;
    }

    /**
     * Turns them on. Others may have them on as well; the kernel counts until the last one ends.
     *
     * @return what turns them off when it is closed
     * @throws KernelException if the kernel refuses
     */
    public static RunStatistics enable() {
        return enable(Kernel.RUNNING);
    }

    static RunStatistics enable(Kernel kernel) {
        String subject = "run statistics";
        int status = new BpfCalls(kernel).objects().enableStats(BPF_STATS_RUN_TIME);
        if (status < 0) {
            throw KernelException.refused(Step.QUERY, subject, "", -status);
        }
        return new RunStatistics(Fd.owning(status, subject, kernel));
    }

    /** Turns them off, unless others have them on. Idempotent. */
    @Override
    public void close() {
        fd.close();
    }

    @Override
    public String toString() {
        return fd.toString();
    }
}
