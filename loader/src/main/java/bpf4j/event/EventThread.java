package bpf4j.event;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * A platform thread that polls a source and does nothing else; a virtual thread would need another one to wait. It is a
 * daemon, and ends when the source is closed or a handler fails. Safe for use by several threads.
 *
 * {@snippet :
 * RingBuffer ring = RingBuffer.open(loaded.map("events"));
 * try (EventThread events = EventThread.start(ring, record -> queue.add(decode(record)))) {
 *     ...
 * }
 * }
 */
public final class EventThread implements AutoCloseable {

    private final EventSource source;
    private final Thread thread;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    private EventThread(EventSource source, IntSupplier poll) {
        this.source = source;
        this.thread = Thread.ofPlatform().daemon().name("events of " + source.description()).start(() -> run(poll));
    }

    /**
     * Starts a thread that polls for ever.
     *
     * @param source where records come from; closed with this, and when a handler fails
     * @param handler takes them, on the thread
     * @return the running thread
     */
    public static EventThread start(EventSource source, RecordHandler handler) {
        return new EventThread(source, () -> source.poll(EventSource.FOREVER, handler));
    }

    /**
     * Starts a thread that polls for ever.
     *
     * @param source where records come from; closed with this, and when a handler fails
     * @param handler takes them as windows, on the thread
     * @return the running thread
     */
    public static EventThread start(EventSource source, Consumer<MemorySegment> handler) {
        return new EventThread(source, () -> source.poll(EventSource.FOREVER, handler));
    }

    private void run(IntSupplier poll) {
        try {
            int records;
            do {
                records = poll.getAsInt();
            } while (records != EventSource.CLOSED);
        } catch (Throwable e) {
            failure.set(e);
            throw e;
        } finally {
            source.close();
        }
    }

    /** {@return the source that is polled, which this closes} */
    public EventSource source() {
        return source;
    }

    /** {@return what ended the thread, if it was not a close; its uncaught exception handler got that as well} */
    public Optional<Throwable> failure() {
        return Optional.ofNullable(failure.get());
    }

    /** {@return whether the thread still runs} */
    public boolean isRunning() {
        return thread.isAlive();
    }

    /**
     * Closes the source and waits for the thread to end, so that no handler runs afterwards; except when the caller is
     * a handler, or is interrupted, which it then still is on return. Idempotent.
     */
    @Override
    public void close() {
        source.close();
        if (Thread.currentThread() != thread) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
