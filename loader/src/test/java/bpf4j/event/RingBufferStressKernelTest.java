package bpf4j.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.event.RecordProducer.Contents;
import bpf4j.event.RecordProducer.Program;
import bpf4j.event.RecordProducer.Settings;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Ring buffers under load, with every word of every record checked. Counts are for real machines; where the kernel runs
 * in an interpreter, {@code BPF4J_STRESS_DIVISOR=100} makes them smaller by that factor.
 */
@KernelTest
class RingBufferStressKernelTest {

    private static final int DIVISOR = Integer.parseInt(System.getenv().getOrDefault("BPF4J_STRESS_DIVISOR", "1"));
    private static final long PATIENCE_SECONDS = 300;
    private static final int BATCH = 1000;
    private static final int RUNS_PER_CALL = 20;

    private ExecutorService threads;
    private Leftovers leftovers;

    @BeforeEach
    void begin() {
        threads = Executors.newCachedThreadPool();
        leftovers = new Leftovers();
    }

    @AfterEach
    void end() throws Exception {
        threads.shutdown();
        assertTrue(threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS));
        leftovers.close();
    }

    /** Runs a program until its records are written. */
    private Future<Void> start(RecordProducer producer, Program program) {
        Callable<Void> runner = () -> {
            while (!producer.settings(program).isDone()) {
                producer.run(program, RUNS_PER_CALL);
            }
            return null;
        };
        return threads.submit(runner);
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Expects the numbers of each program in ascending order. */
    private static final class Sequence implements RecordHandler {

        private final long[] next = new long[Program.values().length];
        private long records;
        private long missing;

        @Override
        public void onRecord(int source, MemorySegment memory, long offsetBytes, int sizeBytes) {
            long number = Contents.check(memory, offsetBytes, sizeBytes);
            int program = Contents.program(number);
            long index = Contents.index(number);
            if (index < next[program]) {
                throw new AssertionError("record %x came after %x".formatted(index, next[program] - 1));
            }
            missing += index - next[program];
            next[program] = index + 1;
            records++;
        }
    }

    @Test
    void tenMillionRecordsArriveWholeAndInOrder() throws Exception {
        long count = 10_000_000L / DIVISOR;
        try (RecordProducer producer = new RecordProducer(1 << 20);
                RingBuffer ring = RingBuffer.open(producer.records())) {
            producer.set(Program.PRODUCE, Settings.of(count).withBatch(BATCH).withKeepTrying());
            Future<Void> writing = start(producer, Program.PRODUCE);
            Sequence sequence = new Sequence();
            while (sequence.records < count) {
                int records = ring.poll(Duration.ofSeconds(PATIENCE_SECONDS), sequence);
                assertTrue(records > 0, () -> "nothing came after " + sequence.records);
            }
            get(writing);
            assertEquals(0, sequence.missing);
            assertEquals(count, sequence.next[0]);
            assertEquals(count, ring.stats().getFirst().records());
            assertEquals(0, ring.consume(record -> { }));
        }
    }

    @Test
    void whatIsLostIsCountedAndNothingIsTorn() throws Exception {
        long wanted = 500_000L / DIVISOR;
        AtomicBoolean stop = new AtomicBoolean();
        try (RecordProducer producer = new RecordProducer(4096);
                RingBuffer ring = RingBuffer.open(producer.records())) {
            List<Program> programs = List.of(Program.PRODUCE, Program.PRODUCE_TOO);
            programs.forEach(program -> producer.set(program, Settings.of(Long.MAX_VALUE >>> 8).withBatch(BATCH)));
            List<Future<?>> writing = new ArrayList<>();
            for (Program program : programs) {
                writing.add(threads.submit(() -> writeUntil(stop, producer, program)));
            }
            Sequence sequence = new Sequence();
            while (sequence.records < wanted) {
                int records = ring.poll(Duration.ofSeconds(PATIENCE_SECONDS), 50, sequence);
                assertTrue(records > 0, () -> "nothing came after " + sequence.records);
                LockSupport.parkNanos(10_000);
            }
            stop.set(true);
            for (Future<?> each : writing) {
                get(each);
            }
            while (ring.consume(Integer.MAX_VALUE, sequence) > 0) {
                // The last ones.
            }
            Settings first = producer.settings(Program.PRODUCE);
            Settings second = producer.settings(Program.PRODUCE_TOO);
            long lost = first.lost() + second.lost();
            assertTrue(lost > wanted / 10, () -> "the reader kept up: " + lost + " lost");
            assertEquals(first.next() + second.next(), sequence.records + lost);
            long unseen = first.next() - sequence.next[0] + second.next() - sequence.next[1];
            assertEquals(lost, sequence.missing + unseen);
        } finally {
            stop.set(true);
        }
    }

    private static void writeUntil(AtomicBoolean stop, RecordProducer producer, Program program) {
        while (!stop.get()) {
            producer.run(program, 1);
        }
    }

    @Test
    void recordsOverTheEndAreInOnePiece() throws Exception {
        long count = 500_000L / DIVISOR;
        try (RecordProducer producer = new RecordProducer(4096);
                RingBuffer ring = RingBuffer.open(producer.records())) {
            producer.set(Program.PRODUCE, Settings.of(count).withBatch(30).withKeepTrying());
            Future<Void> writing = start(producer, Program.PRODUCE);
            Sequence sequence = new Sequence();
            long[] overTheEnd = {0};
            while (sequence.records < count) {
                int records = ring.poll(Duration.ofSeconds(PATIENCE_SECONDS), (source, memory, offset, size) -> {
                    overTheEnd[0] += offset + size > 4096 ? 1 : 0;
                    sequence.onRecord(source, memory, offset, size);
                });
                assertTrue(records > 0, () -> "nothing came after " + sequence.records);
            }
            get(writing);
            assertEquals(0, sequence.missing);
            assertTrue(overTheEnd[0] > count / 200, () -> overTheEnd[0] + " records over the end");
        }
    }

    /** Every reader is closed by a thread that is not reading, while others write, read, and look at old records. */
    @Test
    void closeUnderLoadAThousandTimes() throws Exception {
        int rounds = 1000 / Math.min(DIVISOR, 10);
        Random random = new Random(5);
        AtomicReference<MemorySegment> kept = new AtomicReference<>(MemorySegment.ofArray(new long[4]));
        AtomicBoolean stop = new AtomicBoolean();
        try (RecordProducer producer = new RecordProducer(4096)) {
            producer.set(Program.PRODUCE, Settings.of(Long.MAX_VALUE >>> 8).withBatch(100));
            Future<?> writing = threads.submit(() -> writeUntil(stop, producer, Program.PRODUCE));
            Future<Long> looking = threads.submit(() -> lookAtOldRecords(kept, stop));
            long records = 0;
            for (int round = 0; round < rounds; round++) {
                RingBuffer ring = RingBuffer.open(producer.records());
                Future<Long> reading = threads.submit(() -> readUntilClosed(ring, kept));
                LockSupport.parkNanos(random.nextInt(300_000));
                ring.close();
                records += get(reading);
            }
            stop.set(true);
            get(writing);
            assertTrue(get(looking) > 0, "no old record was looked at");
            assertTrue(records > rounds, records + " records");
        } finally {
            stop.set(true);
        }
    }

    private static long readUntilClosed(RingBuffer ring, AtomicReference<MemorySegment> kept) {
        Sequence sequence = new Sequence();
        int records;
        do {
            records = ring.poll(EventSource.FOREVER, (source, memory, offsetBytes, sizeBytes) -> {
                sequence.onRecord(source, memory, offsetBytes, sizeBytes);
                kept.set(memory);
            });
        } while (records != EventSource.CLOSED);
        return sequence.records;
    }

    /** {@return how many reads were refused because the memory was gone} */
    private static long lookAtOldRecords(AtomicReference<MemorySegment> kept, AtomicBoolean stop) {
        long refused = 0;
        while (!stop.get()) {
            try {
                kept.get().get(ValueLayout.JAVA_LONG_UNALIGNED, 8);
            } catch (IllegalStateException e) {
                refused++;
            }
        }
        return refused;
    }
}
