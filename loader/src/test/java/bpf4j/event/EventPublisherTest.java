package bpf4j.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import bpf4j.testdata.Patience;
import java.lang.foreign.Arena;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventPublisherTest {

    private static final long PATIENCE_SECONDS = Patience.LIMIT.toSeconds();
    private static final int RECORD_BYTES = 16;

    private final Arena arena = Arena.ofShared();
    private final SignalPoint point = new SignalPoint();
    private final CompletableFuture<Void> released = new CompletableFuture<>();
    private final Lifetime lifetime = new Lifetime(() -> released.complete(null));
    private final FakeRing ring = new FakeRing(arena, 4096, 0, point::signal);
    private final RingBuffer source = new RingBuffer("fake", lifetime, point, List.of(ring.reader(lifetime)));
    private final EventPublisher<Byte> publisher = source.publisher(PollingTest::first);
    private Recorder recorder = new Recorder();

    /** Writes down what it is told. */
    private static final class Recorder implements Flow.Subscriber<Byte> {

        private final BlockingQueue<String> signals = new LinkedBlockingQueue<>();
        private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
        private Consumer<Byte> onNext = _ -> { };

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription.complete(given);
        }

        @Override
        public void onNext(Byte item) {
            signals.add("next " + item);
            onNext.accept(item);
        }

        @Override
        public void onError(Throwable failure) {
            signals.add("error " + failure.getMessage());
        }

        @Override
        public void onComplete() {
            signals.add("complete");
        }

        String take() throws InterruptedException {
            return signals.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }

        Flow.Subscription subscription() throws Exception {
            return subscription.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** Whatever ends a publisher releases its source. */
    @AfterEach
    void free() throws Exception {
        publisher.close();
        released.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        arena.close();
    }

    @Test
    void takesFromTheSourceOnlyWhatIsAskedFor() throws Exception {
        for (int index = 0; index < 5; index++) {
            ring.write(8, index);
        }
        publisher.subscribe(recorder);
        Flow.Subscription subscription = recorder.subscription();
        assertEquals(0, ring.consumed());
        subscription.request(2);
        assertEquals(List.of("next 0", "next 1"), List.of(recorder.take(), recorder.take()));
        subscription.request(1);
        assertEquals("next 2", recorder.take());
        assertEquals(List.of(), List.copyOf(recorder.signals));
        subscription.request(Long.MAX_VALUE);
        subscription.request(Long.MAX_VALUE);
        assertEquals(List.of("next 3", "next 4"), List.of(recorder.take(), recorder.take()));
        ring.write(8, 9);
        assertEquals("next 9", recorder.take());
        publisher.close();
        assertEquals("complete", recorder.take());
        assertEquals(6 * RECORD_BYTES, ring.consumed());
    }

    @Test
    void closeCompletesASubscriberThatAsksForNothing() throws Exception {
        publisher.subscribe(recorder);
        recorder.subscription();
        publisher.close();
        assertEquals("complete", recorder.take());
    }

    @Test
    void cancelEndsDeliveryInTheMiddle() throws Exception {
        ring.write(8, 1);
        ring.write(8, 2);
        recorder.onNext = _ -> recorder.subscription.join().cancel();
        publisher.subscribe(recorder);
        recorder.subscription().request(10);
        assertEquals("next 1", recorder.take());
        released.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertEquals(List.of(), List.copyOf(recorder.signals));
        assertEquals(RECORD_BYTES, ring.consumed());
    }

    @Test
    void requestForNothingIsAnError() throws Exception {
        publisher.subscribe(recorder);
        recorder.subscription().request(5);
        recorder.subscription().request(0);
        assertEquals("error a request for 0 records", recorder.take());
        released.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertFalse(source.isOpen());
    }

    @Test
    void failureOfTheDecoderIsTheSubscribers() throws Exception {
        AtomicInteger decoded = new AtomicInteger();
        EventPublisher<Byte> failing = source.publisher(_ -> {
            decoded.incrementAndGet();
            throw new ArithmeticException("no such record");
        });
        ring.write(8, 1);
        failing.subscribe(recorder);
        recorder.subscription().request(1);
        assertEquals("error no such record", recorder.take());
        released.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertEquals(1, decoded.get());
    }

    @Test
    void errorOfTheDecoderIsTheSubscribersToo() throws Exception {
        EventPublisher<Byte> failing = source.publisher(_ -> {
            throw new AssertionError("cannot be");
        });
        ring.write(8, 1);
        failing.subscribe(recorder);
        recorder.subscription().request(1);
        assertEquals("error cannot be", recorder.take());
        released.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void closeOfTheSourceCompletesASubscriberThatAsksForNothing() throws Exception {
        publisher.subscribe(recorder);
        recorder.subscription();
        Thread.sleep(20);
        source.close();
        assertEquals("complete", recorder.take());
    }

    @Test
    void brokenSubscriberIsToldNothingMore() throws Exception {
        CompletableFuture<Throwable> uncaught = new CompletableFuture<>();
        recorder.onNext = _ -> {
            Thread.currentThread().setUncaughtExceptionHandler((_, e) -> uncaught.complete(e));
            throw new ArithmeticException("broken");
        };
        ring.write(8, 1);
        publisher.subscribe(recorder);
        recorder.subscription().request(2);
        assertEquals("broken", uncaught.get(PATIENCE_SECONDS, TimeUnit.SECONDS).getMessage());
        assertEquals(List.of("next 1"), List.copyOf(recorder.signals));
    }

    @Test
    void secondSubscriberIsRefused() throws Exception {
        publisher.subscribe(recorder);
        Recorder second = new Recorder();
        publisher.subscribe(second);
        assertEquals("error fake: has a subscriber already", second.take());
        second.subscription().request(1);
        ring.write(8, 3);
        recorder.subscription().request(1);
        assertEquals("next 3", recorder.take());
    }

    /** Rules 3.2 and 3.3: requests may come from inside of both methods, and do not nest deliveries. */
    @Test
    void requestsFromInsideAreServedOneAfterTheOther() throws Exception {
        AtomicInteger depth = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        int records = 200;
        CompletableFuture<Integer> last = new CompletableFuture<>();
        for (int index = 0; index < records; index++) {
            ring.write(8, index);
        }
        publisher.subscribe(new Flow.Subscriber<>() {
            private Flow.Subscription subscription;
            private int seen;

            @Override
            public void onSubscribe(Flow.Subscription given) {
                subscription = given;
                given.request(1);
            }

            @Override
            public void onNext(Byte item) {
                most.accumulateAndGet(depth.incrementAndGet(), Math::max);
                assertEquals((byte) seen++, item);
                subscription.request(1);
                if (seen == records) {
                    last.complete(seen);
                }
                depth.decrementAndGet();
            }

            @Override
            public void onError(Throwable failure) {
                last.completeExceptionally(failure);
            }

            @Override
            public void onComplete() {
                last.completeExceptionally(new AssertionError("complete"));
            }
        });
        assertEquals(records, last.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertEquals(1, most.get());
    }

    /** Rules 3.6 and 3.7. */
    @Test
    void cancelledSubscriptionDoesNothingMore() throws Exception {
        ring.write(8, 1);
        publisher.subscribe(recorder);
        Flow.Subscription subscription = recorder.subscription();
        subscription.cancel();
        subscription.cancel();
        subscription.request(1);
        subscription.request(-1);
        released.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        Thread.sleep(20);
        assertEquals(List.of(), List.copyOf(recorder.signals));
        assertEquals(0, ring.consumed());
    }

    /** Rule 3.13. */
    @Test
    void subscriberThatIsDoneWithIsNotKept() throws Exception {
        publisher.subscribe(recorder);
        recorder.subscription().cancel();
        released.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        WeakReference<Recorder> reference = new WeakReference<>(recorder);
        recorder = null;
        for (int turn = 0; turn < 500 && reference.get() != null; turn++) {
            System.gc();
            Thread.sleep(10);
        }
        assertNull(reference.get());
    }

    /** Rule 1.9. */
    @Test
    void subscriberMustBeThere() {
        assertThrows(NullPointerException.class, () -> publisher.subscribe(null));
    }

    @Test
    void closedPublisherCompletesAtOnce() throws Exception {
        publisher.close();
        publisher.subscribe(recorder);
        recorder.subscription().request(1);
        assertEquals("complete", recorder.take());
    }
}
