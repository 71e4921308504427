package bpf4j.kernel;

import bpf4j.sys.BpfCommand;
import bpf4j.sys.Kernel;
import java.lang.foreign.MemorySegment;

/**
 * The running kernel, with a clock on {@code bpf(2)}: what is left of a load's time is ours. In this package because
 * {@link LoadOptions} lets nobody else change the seam. For one thread.
 */
public final class TimedKernel implements Kernel {

    private long bpfNanos;
    private final LoadOptions options = LoadOptions.defaults().withKernel(this);

    /** {@return options that load through this} */
    public LoadOptions options() {
        return options;
    }

    /** {@return nanoseconds that were spent inside {@code bpf(2)} so far} */
    public long bpfNanos() {
        return bpfNanos;
    }

    @Override
    public int bpf(BpfCommand command, MemorySegment attr, int sizeBytes) {
        long start = System.nanoTime();
        int result = RUNNING.bpf(command, attr, sizeBytes);
        bpfNanos += System.nanoTime() - start;
        return result;
    }

    @Override
    public int close(int fd) {
        return RUNNING.close(fd);
    }

    @Override
    public boolean isRunning() {
        return true;
    }

    @Override
    public String toString() {
        return RUNNING.toString();
    }
}
