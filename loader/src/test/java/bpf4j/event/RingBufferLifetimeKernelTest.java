package bpf4j.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.event.RecordProducer.Contents;
import bpf4j.kernel.LoadedMap;
import bpf4j.sys.Fd;
import bpf4j.sys.Watch;
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
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How long readers of the running kernel's ring buffers last, and what is left of them. */
@KernelTest
class RingBufferLifetimeKernelTest {

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

    private static List<Long> range(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    @Test
    void memoryKeptBeyondTheCloseCannotBeTouched() throws IOException {
        AtomicReference<MemorySegment> kept = new AtomicReference<>();
        try (RecordProducer producer = new RecordProducer(SIZE_BYTES);
                RingBuffer ring = RingBuffer.open(producer.records())) {
            producer.write(1);
            ring.consume(1, (_, memory, _, _) -> kept.set(memory));
            assertEquals(1, kept.get().get(ValueLayout.JAVA_INT, 0) >>> 4);
        }
        assertThrows(IllegalStateException.class, () -> kept.get().get(ValueLayout.JAVA_INT, 0));
    }

    @Test
    void readerOutlivesTheObject() throws IOException {
        RecordProducer producer = new RecordProducer(SIZE_BYTES);
        try (RingBuffer ring = RingBuffer.open(producer.records())) {
            producer.write(3);
            producer.close();
            List<Long> numbers = new ArrayList<>();
            assertEquals(3, ring.consume(record -> {
                numbers.add(Contents.check(record, 0, (int) record.byteSize()));
            }));
            assertEquals(range(0, 3), numbers);
        }
    }

    @Test
    void closeWakesAWaitingPoll() throws Exception {
        try (RecordProducer producer = new RecordProducer(SIZE_BYTES)) {
            RingBuffer ring = RingBuffer.open(producer.records());
            CompletableFuture<Integer> poll = CompletableFuture.supplyAsync(() ->
                    ring.poll(EventSource.FOREVER, (_, _, _, _) -> { }));
            Thread.sleep(20);
            ring.close();
            assertEquals(EventSource.CLOSED, poll.get(LONG.toSeconds(), TimeUnit.SECONDS));
            ring.close();
            ring.wakeUp();
            assertFalse(ring.isOpen());
            assertEquals(EventSource.CLOSED, ring.consume(record -> { }));
            assertEquals(EventSource.CLOSED, ring.poll(EventSource.FOREVER, record -> { }));
            assertThrows(IllegalStateException.class, ring::stats);
        }
    }

    @Test
    @SuppressWarnings("try") // closing early is what is tested
    void handlerMayCloseItsOwnSource() throws IOException {
        try (RecordProducer producer = new RecordProducer(SIZE_BYTES);
                RingBuffer ring = RingBuffer.open(producer.records())) {
            producer.write(5);
            List<Long> numbers = new ArrayList<>();
            assertEquals(1, ring.poll(EventSource.FOREVER, (_, memory, offsetBytes, sizeBytes) -> {
                ring.close();
                numbers.add(Contents.check(memory, offsetBytes, sizeBytes));
            }));
            assertEquals(List.of(0L), numbers);
            assertEquals(EventSource.CLOSED, ring.poll(EventSource.FOREVER, record -> { }));
        }
    }

    @Test
    @SuppressWarnings("try") // closing early is what is tested
    void virtualThreadsReadAsOthersDo() throws Exception {
        try (RecordProducer producer = new RecordProducer(SIZE_BYTES);
                RingBuffer ring = RingBuffer.open(producer.records())) {
            CompletableFuture<List<Long>> reading = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                List<Long> numbers = new ArrayList<>();
                while (ring.poll(EventSource.FOREVER, record -> {
                    numbers.add(Contents.check(record, 0, (int) record.byteSize()));
                }) != EventSource.CLOSED) {
                    // Until it is closed.
                }
                reading.complete(numbers);
            });
            Thread.sleep(20);
            producer.write(8);
            assertTrue(Patience.until(() -> ring.stats().getFirst().records() >= 8));
            ring.close();
            assertEquals(range(0, 8), reading.get(LONG.toSeconds(), TimeUnit.SECONDS));
        }
    }

    /** Descriptors and memory say that they were never closed, and go. */
    @Test
    void abandonedReaderKeepsNoMemory() throws Exception {
        try (RecordProducer producer = new RecordProducer(SIZE_BYTES)) {
            long leaks = Fd.leakCount();
            long memoryLeaks = Watch.leakCount();
            producer.write(1);
            openAndForget(producer.records());
            for (int turn = 0; turn < 500 && (leftovers.newMappings() > 0 || Fd.leakCount() < leaks + 3); turn++) {
                System.gc();
                Thread.sleep(10);
            }
            assertEquals(0, leftovers.newMappings());
            assertEquals(leaks + 3, Fd.leakCount());
            assertEquals(memoryLeaks + 2, Watch.leakCount());
        }
    }

    private void openAndForget(LoadedMap map) {
        assertEquals(1, RingBuffer.open(map).consume(record -> { }));
        assertTrue(leftovers.newMappings() > 0);
    }
}
