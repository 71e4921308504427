package bpf4j.event;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * Publishes the records of a source to one subscriber, which sets the pace: nothing is read from the source that was
 * not asked for. Made by {@link EventSource#publisher}. Safe for use by several threads.
 *
 * <p>The subscriber's methods are called on a platform thread of the publisher's. A failure of the decoder or of the
 * source is passed to {@code onError}; a close of the publisher or of the source, to {@code onComplete}. Whatever ends
 * it closes the source. It keeps the rules of Reactive Streams 1.0.4.
 *
 * @param <T> what a record becomes
 */
public final class EventPublisher<T> implements Flow.Publisher<T>, AutoCloseable {

    /** Who closes the source itself does not know of a thread that waits for a request. */
    private static final long CLOSE_CHECK_NANOS = 100_000_000;

    private final EventSource source;
    private final Function<MemorySegment, T> decoder;
    private final AtomicBoolean taken = new AtomicBoolean();
    private volatile Delivery delivery;

    EventPublisher(EventSource source, Function<MemorySegment, T> decoder) {
        this.source = source;
        this.decoder = Objects.requireNonNull(decoder, "decoder");
    }

    /**
     * Starts delivery.
     *
     * @param subscriber the only subscriber; a second one is told {@code onError} with an {@link IllegalStateException}
     */
    @Override
    public void subscribe(Flow.Subscriber<? super T> subscriber) {
        Objects.requireNonNull(subscriber);
        if (taken.compareAndSet(false, true)) {
            Delivery starting = new Delivery(subscriber);
            delivery = starting;
            starting.thread.start();
        } else {
            subscriber.onSubscribe(new NoSubscription());
            subscriber.onError(new IllegalStateException(source.description() + ": has a subscriber already"));
        }
    }

    /** Ends delivery, and closes the source. The subscriber is told {@code onComplete}. Idempotent, and never waits. */
    @Override
    public void close() {
        source.close();
        Delivery running = delivery;
        if (running != null) {
            LockSupport.unpark(running.thread);
        }
    }

    /** For a subscriber that gets nothing but an error. */
    private static final class NoSubscription implements Flow.Subscription {
        @Override
        public void request(long count) {
        }

        @Override
        public void cancel() {
        }
    }

    private final class Delivery implements Flow.Subscription {

        private final Flow.Subscriber<? super T> subscriber;
        private final Thread thread;
        private final AtomicLong demand = new AtomicLong();
        private volatile boolean cancelled;
        private volatile IllegalArgumentException badRequest;

        Delivery(Flow.Subscriber<? super T> subscriber) {
            this.subscriber = subscriber;
            this.thread = Thread.ofPlatform().daemon().name("publisher of " + source.description())
                    .unstarted(this::run);
        }

        private void run() {
            try {
                subscriber.onSubscribe(this);
                Throwable failure = deliver();
                if (!cancelled && failure != null) {
                    subscriber.onError(failure);
                } else if (!cancelled) {
                    subscriber.onComplete();
                }
            } finally {
                source.close();
                // A subscriber that is done with is not kept: rule 3.13.
                delivery = null;
            }
        }

        /** {@return why it ended, or null if the source was closed} */
        private Throwable deliver() {
            int records = 0;
            while (!cancelled && badRequest == null && records != EventSource.CLOSED) {
                long wanted = demand.get();
                if (wanted == 0 && source.isOpen()) {
                    LockSupport.parkNanos(this, CLOSE_CHECK_NANOS);
                    continue;
                }
                try {
                    records = poll(Math.clamp(wanted, 1, Integer.MAX_VALUE));
                } catch (SubscriberFailure e) {
                    throw e.thrown();
                } catch (RuntimeException | Error e) {
                    return e;
                }
                if (records > 0 && wanted != Long.MAX_VALUE) {
                    demand.addAndGet(-records);
                }
            }
            return badRequest;
        }

        private int poll(int maxRecords) {
            try (RecordWindows windows = new RecordWindows(record -> next(decoder.apply(record)))) {
                return source.poll(EventSource.FOREVER, maxRecords, windows);
            }
        }

        private void next(T element) {
            Objects.requireNonNull(element, "the decoder's object");
            try {
                subscriber.onNext(element);
            } catch (RuntimeException | Error e) {
                throw new SubscriberFailure(e);
            }
        }

        @Override
        public void request(long count) {
            if (count <= 0) {
                badRequest = new IllegalArgumentException("a request for " + count + " records");
                source.wakeUp();
            } else {
                demand.accumulateAndGet(count, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
            }
            LockSupport.unpark(thread);
        }

        @Override
        public void cancel() {
            cancelled = true;
            close();
        }
    }

    /** A subscriber that throws is broken: it is told nothing more, and its exception ends the thread. */
    private static final class SubscriberFailure extends RuntimeException {

        private static final long serialVersionUID = 1L;

        SubscriberFailure(Throwable thrown) {
            super(thrown);
        }

        RuntimeException thrown() {
            if (getCause() instanceof Error error) {
                throw error;
            }
            return (RuntimeException) getCause();
        }
    }
}
