package bpf4j.map;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What code allocates once the last compiler has had it. */
final class AllocatedBytes {

    private static final int MAX_ROUNDS = 12;

    private AllocatedBytes() {
    }

    /**
     * Repeats work until it allocates no more than {@code enough}, or often. {@return what the last round allocated}
     * Aborts the test where the last compiler is switched off: the interpreter and the first one box what it does not.
     */
    static long of(Runnable work, long enough) {
        String compilers = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .getVMOption("TieredStopAtLevel").getValue();
        assumeTrue(compilers.equals("4"), "a Java that optimizes: TieredStopAtLevel is " + compilers);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = Long.MAX_VALUE;
        for (int round = 0; round < MAX_ROUNDS && allocated > enough; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            work.run();
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        return allocated;
    }
}
