package bpf4j.examples.demo.dctcp;

import bpf4j.examples.bpf.DctcpBpf;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads the queue and DCTCP's alpha out of the BPF programs' variables, which are memory of this process too, from its
 * making until it is closed.
 */
final class QueueWatcher implements AutoCloseable {

    private static final long INTERVAL_NANOS = Duration.ofMillis(1).toNanos();
    /** Alpha is a fraction of it in the program. */
    private static final double ALPHA_ONE = 1024;

    private final SwitchPort port;
    private final DctcpBpf dctcp;
    private final Series.Recorder queue = new Series.Recorder();
    private final Series.Recorder alpha = new Series.Recorder();
    private final Thread thread;
    private volatile boolean done;

    private QueueWatcher(SwitchPort port, DctcpBpf dctcp) {
        this.port = port;
        this.dctcp = dctcp;
        this.thread = Thread.ofPlatform().daemon().name("queue").unstarted(this::watch);
    }

    static QueueWatcher start(SwitchPort port, DctcpBpf dctcp) {
        QueueWatcher watcher = new QueueWatcher(port, dctcp);
        watcher.thread.start();
        return watcher;
    }

    private void watch() {
        while (!done) {
            long now = System.nanoTime();
            queue.add(now, port.queuedBytes());
            alpha.add(now, dctcp.lastAlpha() / ALPHA_ONE);
            LockSupport.parkNanos(INTERVAL_NANOS);
        }
    }

    /** Stops. */
    @Override
    public void close() {
        done = true;
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** {@return the queued bytes; once it is closed} */
    Series queue() {
        return queue.series();
    }

    /** {@return alpha of the connection that uses the BPF programs, from 0 to 1; once it is closed} */
    Series alpha() {
        return alpha.series();
    }
}
