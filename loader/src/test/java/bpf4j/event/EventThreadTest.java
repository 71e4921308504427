package bpf4j.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.testdata.Patience;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventThreadTest {

    private static final long PATIENCE_SECONDS = Patience.LIMIT.toSeconds();

    private final Arena arena = Arena.ofShared();
    private final SignalPoint point = new SignalPoint();
    private final AtomicInteger releases = new AtomicInteger();
    private final Lifetime lifetime = new Lifetime(releases::incrementAndGet);
    private final FakeRing ring = new FakeRing(arena, 4096, 0, point::signal);
    private final RingBuffer source = new RingBuffer("fake", lifetime, point, List.of(ring.reader(lifetime)));

    @AfterEach
    void free() {
        assertEquals(1, releases.get());
        arena.close();
    }

    @Test
    @SuppressWarnings("try") // closing early is what is tested
    void pollsOnADaemonOfItsOwnUntilItIsClosed() throws Exception {
        BlockingQueue<Thread> seen = new LinkedBlockingQueue<>();
        try (EventThread events = EventThread.start(source, (_, _, _, _) -> seen.add(Thread.currentThread()))) {
            for (int index = 0; index < 3; index++) {
                ring.write(8, index);
                Thread thread = seen.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                assertTrue(thread.isDaemon() && !thread.isVirtual());
                assertEquals("events of fake", thread.getName());
            }
            events.source().wakeUp();
            assertTrue(events.isRunning());
            events.close();
            assertFalse(events.isRunning());
            assertEquals(Optional.empty(), events.failure());
        }
    }

    @Test
    void handlerMayCloseItsThread() throws Exception {
        CompletableFuture<EventThread> self = new CompletableFuture<>();
        CompletableFuture<Void> closed = new CompletableFuture<>();
        EventThread events = EventThread.start(source, record -> {
            self.join().close();
            closed.complete(null);
        });
        self.complete(events);
        ring.write(8, 1);
        closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        events.close();
        assertFalse(source.isOpen());
    }

    @Test
    void failureOfAHandlerEndsTheThreadAndClosesTheSource() throws Exception {
        CompletableFuture<Throwable> uncaught = new CompletableFuture<>();
        try (EventThread events = EventThread.start(source, record -> {
            Thread.currentThread().setUncaughtExceptionHandler((_, e) -> uncaught.complete(e));
            throw new ArithmeticException();
        })) {
            ring.write(8, 1);
            assertInstanceOf(ArithmeticException.class, uncaught.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
            assertInstanceOf(ArithmeticException.class, events.failure().orElseThrow());
            assertFalse(source.isOpen());
        }
    }

    @Test
    void interruptedCloseStaysInterrupted() throws Exception {
        CompletableFuture<Void> go = new CompletableFuture<>();
        CompletableFuture<Void> inside = new CompletableFuture<>();
        EventThread events = EventThread.start(source, record -> {
            inside.complete(null);
            go.join();
        });
        ring.write(8, 1);
        inside.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        Thread.currentThread().interrupt();
        events.close();
        assertTrue(Thread.interrupted());
        go.complete(null);
        events.close();
        assertFalse(events.isRunning());
    }
}
