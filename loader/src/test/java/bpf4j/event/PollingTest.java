package bpf4j.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.testdata.Patience;
import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Waiting, waking and closing, over rings in plain memory. */
class PollingTest {

    private static final long PATIENCE_SECONDS = Patience.LIMIT.toSeconds();
    private static final RecordHandler NOTHING = (_, _, _, _) -> { };

    private final Arena arena = Arena.ofShared();
    private final SignalPoint point = new SignalPoint();
    private final AtomicInteger releases = new AtomicInteger();
    private final Lifetime lifetime = new Lifetime(() -> {
        releases.incrementAndGet();
        point.close();
    });
    private final FakeRing ring = new FakeRing(arena, 4096, -4096, point::signal);
    private final RingBuffer source = new RingBuffer("fake", lifetime, point, List.of(ring.reader(lifetime)));

    @AfterEach
    void free() {
        source.close();
        assertEquals(1, releases.get());
        arena.close();
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private CompletableFuture<Integer> pollForEver() {
        return CompletableFuture.supplyAsync(() -> source.poll(EventSource.FOREVER, NOTHING));
    }

    private void awaitSleeper() throws InterruptedException {
        while (point.waits() == 0) {
            Thread.sleep(1);
        }
    }

    /**
     * Pairs of records, of which the second is submitted while the reader is done with the first and about to sleep.
     * The first is discarded, so the reader has to look once more before it sleeps, and the store of its position has
     * to come before that look. A processor may turn these two around where the full barrier is missing; this one shows
     * it so rarely that only a reader that does not look at all is certain to be found here.
     */
    @Test
    void noWakeUpIsLost() throws Exception {
        int pairs = 200_000;
        CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
            for (int pair = 0; pair < pairs; pair++) {
                ring.commit(ring.reserve(8), true);
                for (int spin = pair % 64; spin > 0; spin--) {
                    Thread.onSpinWait();
                }
                long position = ring.reserve(8);
                ring.data.set(ValueLayout.JAVA_LONG, (position & 4095) + RingReader.HEADER_BYTES, pair);
                ring.commit(position, false);
                while (ring.consumed() != ring.produced()) {
                    Thread.onSpinWait();
                }
            }
        });
        long[] next = {0};
        while (next[0] < pairs) {
            int records = source.poll(Duration.ofSeconds(PATIENCE_SECONDS), (_, memory, offsetBytes, _) ->
                    assertEquals(next[0]++, memory.get(ValueLayout.JAVA_LONG, offsetBytes)));
            assertTrue(records > 0, () -> "no wake-up after record " + next[0]);
        }
        get(writing);
    }

    @Test
    void deadlinesNeverWaitTooLongOrWrap() {
        for (Duration none : List.of(Duration.ZERO, Duration.ofNanos(-1), Duration.ofSeconds(Long.MIN_VALUE))) {
            assertEquals(0, source.poll(none, NOTHING));
        }
        assertEquals(0, point.waits());
        long start = System.nanoTime();
        assertEquals(0, source.poll(Duration.ofNanos(20_500_000), NOTHING));
        assertTrue(System.nanoTime() - start >= 20_500_000);
        assertTrue(point.lastTimeoutMillis() <= 21);
        ring.write(8, 1);
        assertEquals(1, source.poll(EventSource.FOREVER, NOTHING));
    }

    @Test
    void farDeadlinesAreWaitedForInParts() throws Exception {
        CompletableFuture<Integer> poll = pollForEver();
        awaitSleeper();
        assertEquals(Integer.MAX_VALUE, point.lastTimeoutMillis());
        // Nothing is there: goes on waiting.
        point.signal();
        ring.write(8, 1);
        assertEquals(1, get(poll));
    }

    @Test
    void recordInTheMakingIsLookedAtAgainSoonButNotAllTheTime() {
        long busy = ring.reserve(8);
        assertEquals(0, source.poll(Duration.ofMillis(300), NOTHING));
        assertTrue(point.waits() >= 2 && point.waits() <= 100, () -> point.waits() + " looks");
        ring.commit(busy, false);
        assertEquals(1, source.poll(Duration.ZERO, NOTHING));
    }

    @Test
    void closeWakesASleeperAndReleasesWhenItHasLeft() throws Exception {
        CompletableFuture<Integer> poll = pollForEver();
        awaitSleeper();
        source.close();
        assertEquals(EventSource.CLOSED, get(poll));
        assertTrue(point.isClosed());
        source.close();
        source.wakeUp();
        assertEquals(1, releases.get());
        assertEquals(EventSource.CLOSED, source.poll(EventSource.FOREVER, NOTHING));
        assertEquals(EventSource.CLOSED, source.consume(1, NOTHING));
        assertFalse(source.isOpen());
    }

    @Test
    void nothingIsReleasedUnderARunningHandler() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        ring.write(8, 1);
        ring.write(8, 2);
        CompletableFuture<Integer> poll = CompletableFuture.supplyAsync(() ->
                source.poll(EventSource.FOREVER, (_, memory, offsetBytes, _) -> {
                    inside.countDown();
                    try {
                        go.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                    assertEquals(1, memory.get(ValueLayout.JAVA_BYTE, offsetBytes));
                }));
        inside.await();
        source.close();
        assertEquals(0, releases.get());
        go.countDown();
        assertEquals(1, get(poll));
        assertEquals(1, releases.get());
    }

    @Test
    void failingHandlerOfAClosedSourceReleasesToo() {
        ring.write(8, 1);
        assertThrows(ArithmeticException.class, () -> source.poll(EventSource.FOREVER, (_, _, _, _) -> {
            source.close();
            throw new ArithmeticException();
        }));
        assertEquals(1, releases.get());
    }

    @Test
    void secondReaderIsRefused() throws Exception {
        CompletableFuture<Integer> poll = pollForEver();
        awaitSleeper();
        String message = assertThrows(IllegalStateException.class, () -> source.consume(1, NOTHING)).getMessage();
        assertEquals("fake: is being read, by another thread or by the handler's caller", message);
        source.wakeUp();
        assertEquals(0, get(poll));
        ring.write(8, 1);
        assertThrows(IllegalStateException.class, () -> source.consume(1, (_, _, _, _) -> source.consume(1, NOTHING)));
        assertEquals(0, source.consume(1, NOTHING));
    }

    @Test
    void nobodyToTakeARecordTakesNone() {
        ring.write(8, 1);
        assertThrows(NullPointerException.class, () -> source.consume(1, null));
        assertThrows(NullPointerException.class, () -> source.poll(Duration.ZERO, 1, null));
        assertThrows(NullPointerException.class, () -> source.consume(null));
        assertThrows(NullPointerException.class, () -> source.stream(null));
        assertThrows(NullPointerException.class, () -> source.publisher(null));
        assertEquals(1, source.consume(1, NOTHING));
    }

    @Test
    void aHotReadAllocatesNothing() {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long[] sum = {0};
        RecordHandler handler = (_, memory, offsetBytes, _) ->
                sum[0] += memory.get(ValueLayout.JAVA_LONG, offsetBytes);
        Duration timeout = Duration.ofSeconds(1);
        long least = Long.MAX_VALUE;
        int polls = 10_000;
        for (int round = 0; round < 1000 && least >= polls; round++) {
            long allocated = 0;
            for (int poll = 0; poll < polls; poll++) {
                ring.write(8, poll);
                long before = threads.getCurrentThreadAllocatedBytes();
                source.poll(timeout, handler);
                allocated += threads.getCurrentThreadAllocatedBytes() - before;
            }
            least = Math.min(least, allocated);
        }
        assertTrue(least < polls, "bytes allocated by " + polls + " polls: " + least);
    }

    @Test
    void streamTakesNoMoreThanItGives() {
        for (int index = 0; index < 5; index++) {
            ring.write(8, index);
        }
        assertEquals(List.of((byte) 0, (byte) 1), source.stream(PollingTest::first).limit(2).toList());
        assertEquals(3 * 16, source.stats().getFirst().availableBytes());
        List<Byte> rest = new ArrayList<>();
        source.stream(PollingTest::first).forEach(element -> {
            rest.add(element);
            if (rest.size() == 3) {
                source.close();
            }
        });
        assertEquals(List.of((byte) 2, (byte) 3, (byte) 4), rest);
        assertEquals(List.of(), source.stream(PollingTest::first).toList());
    }

    @Test
    void closingAStreamClosesItsSource() {
        source.stream(PollingTest::first).close();
        assertFalse(source.isOpen());
    }

    static byte first(MemorySegment record) {
        return record.get(ValueLayout.JAVA_BYTE, 0);
    }
}
