package bpf4j.testdata;

import java.time.Duration;

/**
 * Waiting for what comes by itself: mostly at once, much later on a busy or emulated machine. A test waits for a state,
 * never for a time:
 * {@snippet :
 * assertTrue(Patience.until(() -> !Files.exists(folder)));
 * }
 */
public final class Patience {

    /** Many times what anything takes that tests wait for: what is not there by then does not come. */
    public static final Duration LIMIT = Duration.ofMinutes(2);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(1);

    private Patience() {
    }

    /**
     * Something that comes to be so.
     *
     * @param <E> what looking may throw
     */
    @FunctionalInterface
    public interface Condition<E extends Exception> {

        /**
         * {@return whether it is so now}
         *
         * @throws E if it cannot be told
         * @throws InterruptedException if this thread is interrupted
         */
        boolean holds() throws E, InterruptedException;
    }

    /**
     * Waits until something is so, no longer than {@link #LIMIT}.
     *
     * @param <E> what looking may throw
     * @param condition looked at again and again
     * @return whether it came to be so
     * @throws E what looking threw
     * @throws InterruptedException if this thread is interrupted
     */
    public static <E extends Exception> boolean until(Condition<E> condition) throws E, InterruptedException {
        return until(LIMIT, condition);
    }

    /**
     * Waits until something is so, no longer than a limit: for what may well not come.
     *
     * @param <E> what looking may throw
     * @param limit the longest time to wait
     * @param condition looked at again and again
     * @return whether it came to be so
     * @throws E what looking threw
     * @throws InterruptedException if this thread is interrupted
     */
    public static <E extends Exception> boolean until(Duration limit, Condition<E> condition)
            throws E, InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            Thread.sleep(BETWEEN_LOOKS);
        }
        return true;
    }
}
