package bpf4j.bench;

import bpf4j.event.RecordHandler;
import bpf4j.event.RingBuffer;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.TestRunOptions;
import bpf4j.map.BpfMap;
import bpf4j.map.Codec;
import bpf4j.map.MapBatch;
import bpf4j.map.MapCursor;
import bpf4j.object.BpfObject;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Elements of a map and records of a ring buffer, 128 bytes each, by the second. Both sides load the same object, into
 * maps of their own, and do the same with it: {@code bench/peer/rates.c}.
 */
final class RatesComparison implements AutoCloseable {

    private static final int PAIRS = 15;
    private static final long WARM_UP_NANOS = 1_500_000_000L;
    private static final int ELEMENTS = 10_000;
    private static final int STRIDE = 7919;
    private static final int BATCH = 1000;
    private static final int VALUE_BYTES = 128;
    /** More than the ring buffer takes. */
    private static final int FILL = 40_000;
    private static final int PRODUCER_BATCH = 5000;
    private static final long BPF_RB_NO_WAKEUP = 1;
    private static final Duration POLL = Duration.ofMillis(100);
    private static final TestRunOptions RUN = TestRunOptions.ofData(new byte[64]);

    private final Peer peer;
    private final Report report;
    private final LoadedObject object;
    private final LoadedProgram program;
    private final MapCursor cursor;
    private final MapBatch batch;
    private final RingBuffer records;
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    /** Made once: a reference to a method is an object. */
    private final RecordHandler handler = this::take;
    private long seen;
    private long used;
    private volatile boolean ended;

    RatesComparison(Peer peer, Report report, Path file) throws IOException {
        this.peer = peer;
        this.report = report;
        this.object = BpfObject.read(file).load();
        this.program = object.program("produce");
        BpfMap<byte[], byte[]> table = BpfMap.of(object.map("table"), Codec.bytes(Integer.BYTES),
                Codec.bytes(VALUE_BYTES));
        this.cursor = table.cursor();
        this.batch = table.batch(BATCH);
        this.records = RingBuffer.open(object.map("records"));
        peer.ask("rates open " + file.toAbsolutePath());
    }

    /** How many there were in how many nanoseconds, and what was allocated for them. */
    private record Turn(double nanos, double count, double allocatedBytes) {

        double perSecond() {
            return count / nanos * 1e9;
        }
    }

    void run() {
        report.header("128 bytes each", "rate, ours to libbpf's", "ours a second", "libbpf", "allocated, bytes each");
        write(1);
        compare("element looked up", 100_000, "lookup 100000", () -> look(100_000));
        compare("element updated", 100_000, "update 100000", () -> update(100_000));
        compare("elements read in batches", 20L * ELEMENTS, "read 20", () -> read(20));
        compare("elements updated in batches", 20L * ELEMENTS, "write 20", () -> write(20));
        compare("records drained from a full ring buffer", 0, "drain 20", () -> drain(20));
        compare("records while a program writes, without waiting", 0, "consume 100", () -> concurrent(100, false));
        compare("records while a program writes, by poll", 0, "poll 100", () -> concurrent(100, true));
    }

    /** One of our turns: nanoseconds and records. */
    private interface Ours {

        long[] run();
    }

    private void compare(String what, long count, String command, Ours ours) {
        long end = System.nanoTime() + WARM_UP_NANOS;
        while (System.nanoTime() < end) {
            ours.run();
        }
        peer.ask("rates " + command);
        Turn[] mine = new Turn[PAIRS];
        Turn[] theirs = new Turn[PAIRS];
        for (int i = 0; i < PAIRS; i++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            long[] turn = ours.run();
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            mine[i] = new Turn(turn[0], turn[1], allocated);
            long[] answer = peer.ask("rates " + command);
            theirs[i] = new Turn(answer[0], answer.length > 1 ? answer[1] : count, 0);
        }
        Pairs rates = Pairs.of(List.of(mine), List.of(theirs), Turn::perSecond);
        Pairs allocated = Pairs.of(List.of(mine), List.of(mine), turn -> turn.allocatedBytes() / turn.count());
        report.row(List.of(what, rates.ratioText(), perSecond(rates.oursMedian()), perSecond(rates.peerMedian()),
                String.format(Locale.ROOT, "%.3f", allocated.oursMedian())));
    }

    private static String perSecond(double rate) {
        return String.format(Locale.ROOT, "%.2f million", rate / 1e6);
    }

    private long[] look(int count) {
        long start = System.nanoTime();
        int key = 0;
        for (int done = 0; done < count; done += BATCH) {
            key = lookFrom(key);
        }
        return new long[] {System.nanoTime() - start, count};
    }

    /** Short, to be called often: a loop that one call runs through is entered by the interpreter each time. */
    private int lookFrom(int before) {
        int key = before;
        for (int i = 0; i < BATCH; i++) {
            key = (key + STRIDE) % ELEMENTS;
            cursor.key().set(ValueLayout.JAVA_INT, 0, key);
            if (!cursor.lookup()) {
                throw new IllegalStateException("no element " + key);
            }
            used = cursor.value().get(ValueLayout.JAVA_LONG, 0);
        }
        return key;
    }

    private long[] update(int count) {
        long start = System.nanoTime();
        int key = 0;
        for (int done = 0; done < count; done += BATCH) {
            key = updateFrom(key);
        }
        return new long[] {System.nanoTime() - start, count};
    }

    private int updateFrom(int before) {
        int key = before;
        for (int i = 0; i < BATCH; i++) {
            key = (key + STRIDE) % ELEMENTS;
            cursor.key().set(ValueLayout.JAVA_INT, 0, key);
            cursor.value().set(ValueLayout.JAVA_LONG, 0, key);
            cursor.update();
        }
        return key;
    }

    private long[] read(int rounds) {
        long start = System.nanoTime();
        long total = 0;
        for (int round = 0; round < rounds; round++) {
            for (int count = batch.next(); count >= 0; count = batch.next()) {
                for (int i = 0; i < count; i++) {
                    used = batch.values().get(ValueLayout.JAVA_LONG, (long) i * VALUE_BYTES);
                }
                total += count;
            }
        }
        return new long[] {System.nanoTime() - start, total};
    }

    private long[] write(int rounds) {
        long start = System.nanoTime();
        for (int round = 0; round < rounds; round++) {
            for (int first = 0; first < ELEMENTS; first += BATCH) {
                for (int i = 0; i < BATCH; i++) {
                    batch.keys().setAtIndex(ValueLayout.JAVA_INT, i, first + i);
                    batch.values().set(ValueLayout.JAVA_LONG, (long) i * VALUE_BYTES, first + i);
                }
                batch.update(BATCH);
            }
        }
        return new long[] {System.nanoTime() - start, (long) rounds * ELEMENTS};
    }

    private long[] drain(int rounds) {
        settings(FILL, BPF_RB_NO_WAKEUP);
        seen = 0;
        long nanos = 0;
        for (int round = 0; round < rounds; round++) {
            program.testRun(RUN);
            long start = System.nanoTime();
            consume();
            nanos += System.nanoTime() - start;
        }
        return new long[] {nanos, seen};
    }

    private long[] concurrent(int millis, boolean wait) {
        settings(PRODUCER_BATCH, wait ? 0 : BPF_RB_NO_WAKEUP);
        consume();
        seen = 0;
        ended = false;
        Thread producer = Thread.ofPlatform().name("producer").start(() -> {
            while (!ended) {
                program.testRun(RUN);
            }
        });
        long start = System.nanoTime();
        long nanos;
        do {
            if (wait) {
                records.poll(POLL, Integer.MAX_VALUE, handler);
            } else {
                consume();
            }
            nanos = System.nanoTime() - start;
        } while (nanos < millis * 1_000_000L);
        long count = seen;
        ended = true;
        try {
            producer.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        consume();
        return new long[] {nanos, count};
    }

    private void consume() {
        records.consume(Integer.MAX_VALUE, handler);
    }

    private void take(int source, MemorySegment memory, long offsetBytes, int sizeBytes) {
        seen++;
        used = memory.get(ValueLayout.JAVA_LONG, offsetBytes);
    }

    private void settings(long recordsOfARun, long flags) {
        byte[] value = ByteBuffer.allocate(4 * Long.BYTES).order(ByteOrder.nativeOrder())
                .putLong(recordsOfARun).putLong(flags).array();
        object.map("all_settings").update(new byte[Integer.BYTES], value, 0);
    }

    /** {@return what was read last: nothing that is read may be left out} */
    long used() {
        return used;
    }

    @Override
    public void close() {
        records.close();
        batch.close();
        cursor.close();
        object.close();
    }
}
