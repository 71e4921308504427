package bpf4j.event;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A wait point without a kernel: as there, a notification reaches a sleeper, and is remembered if there is none. */
final class SignalPoint implements WaitPoint {

    private final Semaphore notifications = new Semaphore(0);
    private final AtomicInteger wakes = new AtomicInteger();
    private final AtomicInteger waits = new AtomicInteger();
    private volatile int lastTimeoutMillis;
    private volatile boolean closed;

    /** What the kernel does for a waiting reader. */
    void signal() {
        notifications.release();
    }

    @Override
    public boolean await(int timeoutMillis) {
        lastTimeoutMillis = timeoutMillis;
        waits.incrementAndGet();
        try {
            if (notifications.tryAcquire(timeoutMillis, TimeUnit.MILLISECONDS)) {
                notifications.drainPermits();
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return wakes.getAndSet(0) > 0;
    }

    @Override
    public void wake() {
        if (closed) {
            throw new AssertionError("used after it was released");
        }
        wakes.incrementAndGet();
        signal();
    }

    @Override
    public int number() {
        throw new UnsupportedOperationException("there is no descriptor");
    }

    @Override
    public void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    int waits() {
        return waits.get();
    }

    int lastTimeoutMillis() {
        return lastTimeoutMillis;
    }
}
