package bpf4j.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.event.RecordProducer.Contents;
import bpf4j.event.RecordProducer.Program;
import bpf4j.event.RecordProducer.Settings;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.Step;
import bpf4j.object.BpfObject;
import bpf4j.sys.Memory;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.Patience;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ring buffers of the running kernel: read, waited for, closed, and nothing left behind. */
@KernelTest
class RingBufferKernelTest {

    private static final int SIZE_BYTES = 1 << 16;
    private static final Duration LONG = Patience.LIMIT;

    private Leftovers leftovers;

    @BeforeEach
    void count() {
        leftovers = new Leftovers();
    }

    @AfterEach
    void compare() {
        leftovers.close();
    }

    private static List<Long> numbers(RingBuffer ring) {
        List<Long> numbers = new ArrayList<>();
        ring.consume(Integer.MAX_VALUE, (_, memory, offsetBytes, sizeBytes) ->
                numbers.add(Contents.check(memory, offsetBytes, sizeBytes)));
        return numbers;
    }

    private static List<Long> range(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    @Test
    void recordsComeWholeAndInOrder() throws IOException {
        try (RecordProducer producer = new RecordProducer(SIZE_BYTES);
                RingBuffer ring = RingBuffer.open(producer.records())) {
            assertEquals(List.of(), numbers(ring));
            producer.write(100);
            RingBufferStats full = ring.stats().getFirst();
            // 100 records of 24, 32, 72 and 216 bytes with header and padding.
            assertEquals(new RingBufferStats(SIZE_BYTES, 25 * 344, 0, 25 * 344, 0, 0), full);
            assertEquals(range(0, 100), numbers(ring));
            assertEquals(new RingBufferStats(SIZE_BYTES, 0, 25 * 344, 25 * 344, 100, 0), ring.stats().getFirst());
        }
    }

    @Test
    void windowsAreExactReadOnlyAndGoneAfterThePoll() throws IOException {
        try (RecordProducer producer = new RecordProducer(SIZE_BYTES);
                RingBuffer ring = RingBuffer.open(producer.records())) {
            producer.write(4);
            List<MemorySegment> kept = new ArrayList<>();
            assertEquals(4, ring.poll(Duration.ZERO, record -> {
                assertTrue(record.isReadOnly());
                Contents.check(record, 0, (int) record.byteSize());
                kept.add(record);
            }));
            assertEquals(List.of(16L, 20L, 64L, 204L), kept.stream().map(MemorySegment::byteSize).toList());
            assertThrows(IllegalStateException.class, () -> kept.getFirst().get(ValueLayout.JAVA_LONG, 0));
            assertEquals(0, ring.consume(record -> kept.add(record)));
        }
    }

    @Test
    void boundedReadsLeaveTheRest() throws IOException {
        try (RecordProducer producer = new RecordProducer(SIZE_BYTES);
                RingBuffer ring = RingBuffer.open(producer.records())) {
            producer.write(10);
            List<Long> numbers = new ArrayList<>();
            RecordHandler handler = (_, memory, offsetBytes, sizeBytes) ->
                    numbers.add(Contents.check(memory, offsetBytes, sizeBytes));
            assertEquals(3, ring.consume(3, handler));
            assertEquals(4, ring.poll(EventSource.FOREVER, 4, handler));
            assertEquals(3, ring.poll(EventSource.FOREVER, handler));
            assertEquals(range(0, 10), numbers);
            assertThrows(IllegalArgumentException.class, () -> ring.consume(0, handler));
        }
    }

    @Test
    void discardedRecordsAreSkippedAndGivenBack() throws IOException {
        try (RecordProducer producer = new RecordProducer(SIZE_BYTES);
                RingBuffer ring = RingBuffer.open(producer.records())) {
            producer.set(Program.PRODUCE, Settings.of(90).withBatch(90).withDiscardEvery(3));
            producer.run(Program.PRODUCE, 1);
            assertEquals(range(0, 90).stream().filter(number -> number % 3 != 0).toList(), numbers(ring));
            assertEquals(List.of(0L, 60L, 30L), List.of(ring.stats().getFirst().availableBytes(),
                    ring.stats().getFirst().records(), ring.stats().getFirst().discarded()));
            producer.set(Program.PRODUCE, Settings.of(8).withBatch(8).withDiscardEvery(1));
            producer.run(Program.PRODUCE, 1);
            assertEquals(0, ring.poll(Duration.ofMillis(20), (_, _, _, _) -> { }));
            assertEquals(0, ring.stats().getFirst().availableBytes());
        }
    }

    @Test
    void recordsWithoutWakeUpAreReadAllTheSame() throws IOException {
        try (RecordProducer producer = new RecordProducer(SIZE_BYTES);
                RingBuffer ring = RingBuffer.open(producer.records())) {
            producer.set(Program.PRODUCE, Settings.of(5).withBatch(5).withFlags(RecordProducer.NO_WAKE_UP));
            producer.run(Program.PRODUCE, 1);
            assertEquals(5, ring.poll(EventSource.FOREVER, (_, _, _, _) -> { }));
        }
    }

    @Test
    void waitEndsWithTheFirstRecord() throws Exception {
        try (RecordProducer producer = new RecordProducer(SIZE_BYTES);
                RingBuffer ring = RingBuffer.open(producer.records())) {
            for (int round = 0; round < 20; round++) {
                CompletableFuture<Integer> poll = CompletableFuture.supplyAsync(() ->
                        ring.poll(EventSource.FOREVER, (_, _, _, _) -> { }));
                Thread.sleep(round % 5);
                producer.write(1);
                assertEquals(1, poll.get(LONG.toSeconds(), TimeUnit.SECONDS));
            }
        }
    }

    @Test
    void deadlinesOfThePastOfNowAndOfLater() throws IOException {
        try (RecordProducer producer = new RecordProducer(SIZE_BYTES);
                RingBuffer ring = RingBuffer.open(producer.records())) {
            long start = System.nanoTime();
            assertTimeoutPreemptively(LONG, () -> {
                for (Duration none : List.of(Duration.ZERO, Duration.ofSeconds(-1),
                        Duration.ofSeconds(Long.MIN_VALUE))) {
                    assertEquals(0, ring.poll(none, (_, _, _, _) -> { }));
                }
            });
            long later = System.nanoTime();
            assertEquals(0, ring.poll(Duration.ofMillis(60), (_, _, _, _) -> { }));
            assertTrue(System.nanoTime() - later >= 60_000_000, "too early");
            assertTrue(later - start < LONG.toNanos());
            producer.write(2);
            assertEquals(2, ring.poll(EventSource.FOREVER, (_, _, _, _) -> { }));
        }
    }

    @Test
    void oneWaitForSeveralMaps() throws Exception {
        try (RecordProducer producer = new RecordProducer(SIZE_BYTES);
                RingBuffer ring = RingBuffer.open(producer.records(), producer.others())) {
            assertEquals("ring buffers 'records', 'others'", ring.description());
            List<Integer> sources = new ArrayList<>();
            RecordHandler handler = (source, memory, offsetBytes, sizeBytes) -> {
                Contents.check(memory, offsetBytes, sizeBytes);
                sources.add(source);
            };
            for (Program program : List.of(Program.PRODUCE, Program.PRODUCE_OTHER)) {
                producer.set(program, Settings.of(2).withBatch(2));
                CompletableFuture<Integer> poll = CompletableFuture.supplyAsync(() -> {
                    int count = ring.poll(EventSource.FOREVER, handler);
                    return count + ring.poll(Duration.ofMillis(50), handler);
                });
                Thread.sleep(5);
                producer.run(program, 1);
                assertEquals(2, poll.get(LONG.toSeconds(), TimeUnit.SECONDS));
            }
            assertEquals(List.of(0, 0, 1, 1), sources);
            assertEquals(List.of((long) SIZE_BYTES, 4096L),
                    ring.stats().stream().map(RingBufferStats::sizeBytes).toList());
        }
    }

    @Test
    void busyMapDoesNotStarveAnother() throws IOException {
        try (RecordProducer producer = new RecordProducer(SIZE_BYTES);
                RingBuffer ring = RingBuffer.open(producer.records(), producer.others())) {
            producer.write(20);
            producer.set(Program.PRODUCE_OTHER, Settings.of(1));
            producer.run(Program.PRODUCE_OTHER, 1);
            List<Integer> sources = new ArrayList<>();
            IntStream.range(0, 3).forEach(_ -> ring.consume(1, (source, _, _, _) -> sources.add(source)));
            assertEquals(List.of(0, 1, 0), sources);
        }
    }

    @Test
    void readingGoesOnWhereTheLastReaderStopped() throws IOException {
        try (RecordProducer producer = new RecordProducer(4096)) {
            producer.write(10);
            try (RingBuffer first = RingBuffer.open(producer.records())) {
                assertEquals(7, first.consume(7, (_, _, _, _) -> { }));
            }
            try (RingBuffer second = RingBuffer.open(producer.records())) {
                assertEquals(range(7, 10), numbers(second));
                for (int round = 0; round < 100; round++) {
                    producer.write(40);
                    assertEquals(range(0, 40), numbers(second));
                }
                assertTrue(second.stats().getFirst().consumerPosition() > 100 * 3000);
                assertEquals(4096, second.stats().getFirst().sizeBytes());
            }
        }
    }

    @Test
    void wakeUpEndsAWaitAndNoMore() throws Exception {
        try (RecordProducer producer = new RecordProducer(SIZE_BYTES);
                RingBuffer ring = RingBuffer.open(producer.records())) {
            CompletableFuture<Integer> poll = CompletableFuture.supplyAsync(() ->
                    ring.poll(EventSource.FOREVER, (_, _, _, _) -> { }));
            Thread.sleep(20);
            ring.wakeUp();
            assertEquals(0, poll.get(LONG.toSeconds(), TimeUnit.SECONDS));
            ring.wakeUp();
            ring.wakeUp();
            assertEquals(0, ring.poll(EventSource.FOREVER, (_, _, _, _) -> { }));
            long start = System.nanoTime();
            assertEquals(0, ring.poll(Duration.ofMillis(30), (_, _, _, _) -> { }));
            assertTrue(System.nanoTime() - start >= 30_000_000, "woken twice");
            producer.write(1);
            assertEquals(1, ring.poll(EventSource.FOREVER, (_, _, _, _) -> { }));
        }
    }

    @Test
    @SuppressWarnings("try") // closing early is what is tested
    void everyOtherMapIsRefused() throws IOException {
        try (LoadedObject loaded = BpfObject.read(Fixtures.object("maps-el.o")).load()) {
            KernelException e = assertThrows(KernelException.class, () -> RingBuffer.open(loaded.map("flows")));
            assertEquals("ring buffer 'flows': reading events: the map is a BPF_MAP_TYPE_HASH, not a "
                    + "BPF_MAP_TYPE_RINGBUF", e.getMessage());
            assertEquals(Step.READ_EVENTS, e.step());
            assertThrows(KernelException.class, () -> RingBuffer.open(loaded.map("events"), loaded.map("samples")));
            assertEquals("perf buffer 'events': reading events: the map is a BPF_MAP_TYPE_RINGBUF, not a "
                    + "BPF_MAP_TYPE_PERF_EVENT_ARRAY",
                    assertThrows(KernelException.class, () -> PerfBuffer.open(loaded.map("events"))).getMessage());
            assertEquals("user ring buffer 'events': accessing the map: the map is a BPF_MAP_TYPE_RINGBUF, not a "
                    + "BPF_MAP_TYPE_USER_RINGBUF",
                    assertThrows(KernelException.class, () -> UserRingBuffer.open(loaded.map("events"))).getMessage());
            loaded.close();
            assertThrows(IllegalStateException.class, () -> RingBuffer.open(loaded.map("events")));
        }
    }

    @Test
    @SuppressWarnings("try") // closing early is what is tested
    void othersMayWaitForItsDescriptor() throws IOException {
        try (RecordProducer producer = new RecordProducer(SIZE_BYTES);
                RingBuffer ring = RingBuffer.open(producer.records(), producer.others());
                OuterLoop loop = new OuterLoop(ring)) {
            for (int round = 0; round < 20; round++) {
                assertFalse(loop.isReadable(0));
                producer.write(2);
                assertTrue(loop.isReadable(LONG.toMillis()));
                assertEquals(2, ring.consume(record -> { }));
            }
            ring.wakeUp();
            assertTrue(loop.isReadable(LONG.toMillis()));
            assertEquals(0, ring.poll(EventSource.FOREVER, record -> { }));
            assertFalse(loop.isReadable(0));
            ring.close();
            assertThrows(IllegalStateException.class, ring::epollFd);
        }
    }

    @Test
    void ringIsMappedTwiceInARow() throws IOException {
        try (RecordProducer producer = new RecordProducer(SIZE_BYTES);
                RingBuffer ring = RingBuffer.open(producer.records())) {
            producer.write(1);
            ring.consume(1, (_, memory, _, _) -> assertEquals(2L * SIZE_BYTES, memory.byteSize()));
            // The consumer's page, and the producer's with the data.
            assertEquals(2, leftovers.newMappings());
            assertEquals(0, SIZE_BYTES % Memory.pageSizeBytes());
        }
    }
}
