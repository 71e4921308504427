package bpf4j.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Waits for a signal that ends the process (INT, TERM), and holds the process's end up until all is detached. It has to
 * begin before anything is attached: a registration by a struct_ops map's value does not end with the process.
 */
final class Stay {

    /** A kernel that takes longer to detach is stuck. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook = new Thread(this::shutDown, "bpf4j-detach");
    private volatile int status = ExitStatus.FAILED;

    private Stay() {
    }

    static Stay begin() {
        Stay stay = new Stay();
        Runtime.getRuntime().addShutdownHook(stay.hook);
        return stay;
    }

    /** Returns when the time is over, or on a signal, also one that came before. */
    void await(Optional<Duration> time) {
        try {
            if (time.isPresent()) {
                stop.await(time.get().toMillis(), TimeUnit.MILLISECONDS);
            } else {
                stop.await();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the wait, as a signal does. */
    void stop() {
        stop.countDown();
    }

    /** All is detached: the process may end, after a signal with this exit status. */
    void end(int exitStatus) {
        status = exitStatus;
        ended.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The hook runs, and ends the process.
            return;
        }
    }

    /** The JVM's own status would be 128 and the signal's number, though a signal is the way to end the command. */
    private void shutDown() {
        stop.countDown();
        try {
            if (ended.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                Runtime.getRuntime().halt(status);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
