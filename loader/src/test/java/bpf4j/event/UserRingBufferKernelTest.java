package bpf4j.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.event.UserRingBuffer.Reservation;
import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.LoadedObject;
import bpf4j.object.BpfObject;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.Patience;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Records to a program of the running kernel. */
@KernelTest
class UserRingBufferKernelTest {

    private static final Duration LONG = Patience.LIMIT;

    private LoadedObject loaded;
    private Leftovers leftovers;

    /** {@code struct totals} of the fixture, without the first two, which are settings. */
    private record Totals(long records, long last, long sum, long unordered) {
    }

    @BeforeEach
    void load() throws IOException {
        leftovers = new Leftovers();
        loaded = BpfObject.read(Fixtures.object("ringbuf_user-el.o")).load();
    }

    @AfterEach
    void close() {
        loaded.close();
        leftovers.close();
    }

    private UserRingBuffer open() {
        return UserRingBuffer.open(loaded.map("requests"));
    }

    /** {@return how many records the program read} */
    private int drain(long limit) {
        ByteBuffer bytes = ByteBuffer.wrap(loaded.map("all_totals").lookup(new byte[4]).orElseThrow())
                .order(ByteOrder.nativeOrder());
        bytes.putLong(0, limit);
        loaded.map("all_totals").update(new byte[4], bytes.array(), LoadedMap.BPF_ANY);
        return RecordProducer.run(loaded.program("drain").fd(), 1);
    }

    private Totals totals() {
        ByteBuffer bytes = ByteBuffer.wrap(loaded.map("all_totals").lookup(new byte[4]).orElseThrow())
                .order(ByteOrder.nativeOrder());
        return new Totals(bytes.getLong(16), bytes.getLong(24), bytes.getLong(32), bytes.getLong(40));
    }

    private static void write(Reservation record, long number) {
        record.memory().set(ValueLayout.JAVA_LONG, 0, number);
        record.submit();
    }

    @Test
    void programGetsWhatIsSubmitted() {
        try (UserRingBuffer ring = open()) {
            assertEquals(4096, ring.sizeBytes());
            assertEquals(4088, ring.maxRecordBytes());
            for (int number = 1; number <= 10; number++) {
                write(ring.reserve(8 + number).orElseThrow(), number);
            }
            assertTrue(ring.pendingBytes() > 10 * 24);
            assertEquals(10, drain(0));
            assertEquals(new Totals(10, 10, 55, 0), totals());
            assertEquals(0, ring.pendingBytes());
        }
    }

    @Test
    void recordsKeepTheOrderOfTheirReservation() {
        try (UserRingBuffer ring = open()) {
            Reservation first = ring.reserve(8).orElseThrow();
            Reservation second = ring.reserve(8).orElseThrow();
            write(second, 2);
            assertEquals(0, drain(0));
            write(first, 1);
            assertEquals(2, drain(0));
            assertEquals(new Totals(2, 2, 3, 0), totals());
        }
    }

    @Test
    void whatIsNotSubmittedIsSkipped() {
        try (UserRingBuffer ring = open()) {
            try (Reservation left = ring.reserve(8).orElseThrow()) {
                left.memory().set(ValueLayout.JAVA_LONG, 0, 99);
            }
            Reservation discarded = ring.reserve(100).orElseThrow();
            discarded.discard();
            discarded.close();
            assertThrows(IllegalStateException.class, discarded::submit);
            write(ring.reserve(8).orElseThrow(), 1);
            drain(0);
            assertEquals(new Totals(1, 1, 1, 0), totals());
            assertEquals(0, ring.pendingBytes());
        }
    }

    @Test
    void submittedMemoryCannotBeTouchedAnyMore() {
        try (UserRingBuffer ring = open()) {
            Reservation record = ring.reserve(16).orElseThrow();
            MemorySegment memory = record.memory();
            assertEquals(16, memory.byteSize());
            write(record, 1);
            assertThrows(IllegalStateException.class, () -> memory.set(ValueLayout.JAVA_LONG, 0, 2));
            assertThrows(IllegalStateException.class, record::submit);
            drain(0);
            assertEquals(1, totals().sum());
        }
    }

    @Test
    void fullRingRefusesAndTakesAgainLater() {
        try (UserRingBuffer ring = open(); Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(1016, 8);
            for (int number = 1; number <= 4; number++) {
                bytes.set(ValueLayout.JAVA_LONG, 0, number);
                assertTrue(ring.submit(bytes));
            }
            assertFalse(ring.submit(bytes));
            assertEquals(Optional.empty(), ring.reserve(0));
            long start = System.nanoTime();
            assertEquals(Optional.empty(), ring.reserve(8, Duration.ofMillis(40)));
            assertTrue(System.nanoTime() - start >= 40_000_000, "too early");
            assertEquals(1, drain(1));
            bytes.set(ValueLayout.JAVA_LONG, 0, 5);
            assertTrue(ring.submit(bytes));
            drain(0);
            assertEquals(new Totals(5, 5, 15, 0), totals());
        }
    }

    @Test
    void sizesThatCannotBeAreRefused() {
        try (UserRingBuffer ring = open()) {
            String message = assertThrows(IllegalArgumentException.class, () -> ring.reserve(4089)).getMessage();
            assertEquals("user ring buffer 'requests': a record of 4089 bytes; it has room for 4088", message);
            assertThrows(IllegalArgumentException.class, () -> ring.reserve(-1));
            ring.reserve(4088).orElseThrow().discard();
        }
    }

    /** Programs get no record of 16 MiB or more; it would stay in their way for ever. */
    @Test
    void largestRecordIsOneThatProgramsCanRead() throws IOException {
        loaded.close();
        loaded = BpfObject.read(Fixtures.object("ringbuf_user-el.o"))
                .withMap("requests", map -> map.withMaxEntries(1 << 25)).load();
        try (UserRingBuffer ring = open()) {
            write(ring.reserve(ring.maxRecordBytes()).orElseThrow(), 1);
            assertEquals(1, drain(0));
            assertEquals((1 << 24) - 1, ring.maxRecordBytes());
            assertThrows(IllegalArgumentException.class, () -> ring.reserve(1 << 24));
        }
    }

    @Test
    void waitForRoomEndsWhenAProgramReads() throws Exception {
        try (UserRingBuffer ring = open()) {
            int count = 2000;
            Runnable writer = () -> {
                try (Arena arena = Arena.ofConfined()) {
                    MemorySegment bytes = arena.allocate(200, 8);
                    bytes.set(ValueLayout.JAVA_LONG, 0, 1);
                    for (int record = 0; record < count; record++) {
                        assertTrue(ring.submit(bytes, LONG));
                    }
                }
            };
            try (ExecutorService threads = Executors.newCachedThreadPool()) {
                List<Future<?>> writers = List.of(threads.submit(writer), threads.submit(writer));
                long end = System.nanoTime() + LONG.toNanos();
                while (totals().records() < 2 * count && System.nanoTime() < end) {
                    drain(7);
                }
                for (Future<?> each : writers) {
                    each.get(LONG.toSeconds(), TimeUnit.SECONDS);
                }
            }
            assertEquals(2 * count, totals().sum());
        }
    }

    @Test
    void closeEndsAWaitForRoom() throws Exception {
        UserRingBuffer ring = open();
        Reservation all = ring.reserve(4088).orElseThrow();
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            List<Future<Optional<Reservation>>> waiting = IntStream.range(0, 3)
                    .mapToObj(_ -> threads.submit(() -> ring.reserve(8, LONG))).toList();
            Thread.sleep(20);
            ring.close();
            for (Future<Optional<Reservation>> each : waiting) {
                assertInstanceOf(IllegalStateException.class, assertThrows(ExecutionException.class,
                        () -> each.get(LONG.toSeconds(), TimeUnit.SECONDS)).getCause());
            }
        }
        assertThrows(IllegalStateException.class, () -> ring.reserve(8));
        assertThrows(IllegalStateException.class, ring::pendingBytes);
        // The reservation has kept the memory.
        write(all, 1);
        ring.close();
        assertFalse(ring.isOpen());
        assertEquals(1, drain(0));
    }

    /** Each writer goes on where the last one was closed, and programs get all that was submitted. */
    @Test
    void closeUnderLoadLosesNothingThatWasSubmitted() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        long submitted = 0;
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            Future<?> draining = threads.submit(() -> {
                while (!stop.get()) {
                    drain(0);
                }
            });
            try {
                for (int round = 0; round < 200; round++) {
                    UserRingBuffer ring = open();
                    List<Future<Long>> writers = IntStream.range(0, 2)
                            .mapToObj(_ -> threads.submit(() -> submitUntilClosed(ring))).toList();
                    LockSupport.parkNanos(round % 20 * 20_000L);
                    ring.close();
                    for (Future<Long> writer : writers) {
                        submitted += writer.get(LONG.toSeconds(), TimeUnit.SECONDS);
                    }
                }
            } finally {
                stop.set(true);
            }
            draining.get(LONG.toSeconds(), TimeUnit.SECONDS);
        }
        drain(0);
        assertTrue(submitted > 200, submitted + " records");
        assertEquals(submitted, totals().records());
        assertEquals(submitted, totals().sum());
    }

    private static long submitUntilClosed(UserRingBuffer ring) {
        long submitted = 0;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(200, 8);
            bytes.set(ValueLayout.JAVA_LONG, 0, 1);
            while (ring.submit(bytes, LONG)) {
                submitted++;
            }
            return submitted;
        } catch (IllegalStateException e) {
            return submitted;
        }
    }
}
