package bpf4j.examples.dctcp;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** What the kernel does a moment later than it is told. */
final class Eventually {

    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final int MILLISECONDS_BETWEEN_LOOKS = 10;

    private Eventually() {
    }

    /** {@return whether something holds, or begins to hold soon} */
    static boolean holds(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            Thread.sleep(MILLISECONDS_BETWEEN_LOOKS);
        }
        return true;
    }
}
