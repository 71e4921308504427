package bpf4j.event;

import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/** Who may read when, and when to sleep: the part of reading that ring buffers and perf buffers have in common. */
final class Polling {

    /**
     * How long a record may be in the making until somebody looks again. Its program wakes the reader when it is done,
     * unless it asked for no wake-up.
     */
    private static final int BUSY_MILLIS = 10;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final String description;
    private final Lifetime lifetime;
    private final WaitPoint waitPoint;
    private final Pass pass;
    private final AtomicBoolean reading = new AtomicBoolean();

    /** @param lifetime releases the wait point as well */
    Polling(String description, Lifetime lifetime, WaitPoint waitPoint, Pass pass) {
        this.description = description;
        this.lifetime = lifetime;
        this.waitPoint = waitPoint;
        this.pass = pass;
    }

    int consume(int maxRecords, RecordHandler handler) {
        check(maxRecords, handler);
        if (!lifetime.enter()) {
            return EventSource.CLOSED;
        }
        try {
            beginReading();
            try {
                // As in poll: whoever finds nothing may go to sleep on the descriptor.
                VarHandle.fullFence();
                int records = pass.consume(maxRecords, handler);
                if (records == 0) {
                    // Whoever asks in a loop leaves the cache line to the program that is about to write for a moment.
                    Thread.onSpinWait();
                }
                return records;
            } finally {
                reading.set(false);
            }
        } finally {
            lifetime.leave();
        }
    }

    int poll(Duration timeout, int maxRecords, RecordHandler handler) {
        check(maxRecords, handler);
        long timeoutNanos = saturatedNanos(timeout);
        if (!lifetime.enter()) {
            return EventSource.CLOSED;
        }
        try {
            beginReading();
            try {
                return poll(timeoutNanos, maxRecords, handler);
            } finally {
                reading.set(false);
            }
        } finally {
            lifetime.leave();
        }
    }

    private int poll(long timeoutNanos, int maxRecords, RecordHandler handler) {
        long start = System.nanoTime();
        while (true) {
            // Positions published before are seen by every program that submits from here on, or this pass sees its
            // record: without the fence both sides could miss each other, and the sleep would be for ever.
            VarHandle.fullFence();
            int records = pass.consume(maxRecords, handler);
            if (records > 0) {
                return records;
            }
            if (!lifetime.isOpen()) {
                return EventSource.CLOSED;
            }
            long remainingNanos = timeoutNanos - (System.nanoTime() - start);
            if (remainingNanos <= 0) {
                return 0;
            }
            Pass.Rest rest = pass.rest();
            if (rest != Pass.Rest.MOVED && waitPoint.await(millis(remainingNanos, rest))) {
                return lifetime.isOpen() ? 0 : EventSource.CLOSED;
            }
        }
    }

    /** Rounded up, lest the last millisecond be a busy loop. */
    private static int millis(long nanos, Pass.Rest rest) {
        long limit = rest == Pass.Rest.BUSY ? BUSY_MILLIS : Integer.MAX_VALUE;
        return (int) Math.min(limit, Math.ceilDiv(nanos, NANOS_PER_MILLI));
    }

    static long saturatedNanos(Duration timeout) {
        try {
            return timeout.toNanos();
        } catch (ArithmeticException _) {
            return timeout.isNegative() ? 0 : Long.MAX_VALUE;
        }
    }

    private void beginReading() {
        if (!reading.compareAndSet(false, true)) {
            throw new IllegalStateException(
                    description + ": is being read, by another thread or by the handler's caller");
        }
    }

    /** Before a record is taken: what a missing handler fails on would be lost. */
    private static void check(int maxRecords, RecordHandler handler) {
        Objects.requireNonNull(handler, "handler");
        if (maxRecords <= 0) {
            throw new IllegalArgumentException("at most " + maxRecords + " records: there must be room for one");
        }
    }

    void wakeUp() {
        if (lifetime.enter()) {
            try {
                waitPoint.wake();
            } finally {
                lifetime.leave();
            }
        }
    }

    int epollFd() {
        if (!lifetime.enter()) {
            throw new IllegalStateException(description + ": is closed");
        }
        try {
            return waitPoint.number();
        } finally {
            lifetime.leave();
        }
    }

    boolean isOpen() {
        return lifetime.isOpen();
    }

    void close() {
        if (lifetime.end()) {
            try {
                waitPoint.wake();
            } finally {
                lifetime.leave();
            }
        }
    }
}
