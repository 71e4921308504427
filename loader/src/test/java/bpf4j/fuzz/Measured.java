package bpf4j.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * What one input cost. Time is the thread's own on the processor, so that a busy machine cannot make a hang of it;
 * bytes are what the thread allocated to make the model, garbage included, and for the most costly question asked of
 * it. That is more than it ever held at a time.
 *
 * @param cpuNanos time on the processor, in nanoseconds
 * @param allocatedBytes bytes on the heap
 */
record Measured(long cpuNanos, long allocatedBytes) {

    /** A multiple of the input may be allocated besides the target's constant. */
    static final long ALLOCATION_FACTOR = 8;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Reads an input and measures it; what it throws is a finding. */
    static Measured read(FuzzTarget target, byte[] input) {
        Question.start();
        long allocated = Question.allocatedBytes();
        long time = THREADS.getCurrentThreadCpuTime();
        target.read(input);
        return new Measured(THREADS.getCurrentThreadCpuTime() - time,
                Question.heldBytes(Question.allocatedBytes() - allocated));
    }

    /**
     * Reads an input, and fails if that takes more time than given, or more memory than the input is worth. What is too
     * much is read again: the first reading may have been the one that loaded a class.
     */
    static Measured require(FuzzTarget target, byte[] input, long maxCpuNanos) {
        Measured measured = read(target, input);
        if (measured.isWithin(target, input, maxCpuNanos)) {
            return measured;
        }
        Measured again = read(target, input);
        if (!again.isWithin(target, input, maxCpuNanos)) {
            throw new AssertionError("%s: 0x%x bytes took %d ms on the processor and 0x%x bytes of memory".formatted(
                    target.label(), input.length, again.cpuNanos / 1_000_000, again.allocatedBytes));
        }
        return again;
    }

    private boolean isWithin(FuzzTarget target, byte[] input, long maxCpuNanos) {
        return cpuNanos <= maxCpuNanos
                && allocatedBytes <= ALLOCATION_FACTOR * input.length + target.constantBytes();
    }
}
