package bpf4j.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.CpuList;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.LoadedObject;
import bpf4j.object.BpfObject;
import bpf4j.sys.Memory;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.Patience;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Perf buffers of the running kernel. */
@KernelTest
class PerfBufferKernelTest {

    private static final long SPREAD = 0x9e37_79b9_7f4a_7c15L;
    private static final int[] SIZE_BYTES = {12, 20, 60, 204};
    private static final Duration LONG = Patience.LIMIT;

    private LoadedObject loaded;
    private Leftovers leftovers;

    @BeforeEach
    void load() throws IOException {
        leftovers = new Leftovers();
        loaded = BpfObject.read(Fixtures.object("perf_records-el.o")).load();
    }

    @AfterEach
    void close() {
        loaded.close();
        leftovers.close();
    }

    /** {@return how many records were refused so far} */
    private long write(long from, int count) {
        byte[] settings = ByteBuffer.allocate(24).order(ByteOrder.nativeOrder()).putLong(from).putLong(refused())
                .putInt(count).array();
        loaded.map("all_settings").update(new byte[4], settings, LoadedMap.BPF_ANY);
        RecordProducer.run(loaded.program("produce").fd(), 1);
        return refused();
    }

    private long refused() {
        return ByteBuffer.wrap(loaded.map("all_settings").lookup(new byte[4]).orElseThrow())
                .order(ByteOrder.nativeOrder()).getLong(8);
    }

    /** Checks every word. {@return the record's number} */
    private static long check(MemorySegment memory, long offsetBytes, int sizeBytes) {
        long number = memory.get(ValueLayout.JAVA_LONG, offsetBytes);
        assertEquals(SIZE_BYTES[(int) (number & 1) + (int) (number & 2)], sizeBytes);
        for (int index = 1; index < sizeBytes / 8; index++) {
            assertEquals((number + index) * SPREAD, memory.get(ValueLayout.JAVA_LONG, offsetBytes + 8L * index));
        }
        assertEquals((int) ((number + sizeBytes / 8) * SPREAD),
                memory.get(ValueLayout.JAVA_INT, offsetBytes + sizeBytes / 8 * 8L));
        return number;
    }

    @Test
    void recordsOfEachCpuComeWholeAndInOrder() throws IOException {
        try (PerfBuffer buffer = PerfBuffer.open(loaded.map("samples"))) {
            assertEquals(CpuList.online().numbers(), buffer.cpus());
            long[] last = new long[1 << 16];
            long[] count = {0};
            RecordHandler handler = (cpu, memory, offsetBytes, sizeBytes) -> {
                long number = check(memory, offsetBytes, sizeBytes);
                assertTrue(number > last[cpu] || number == 1);
                last[cpu] = number;
                count[0]++;
            };
            for (int round = 0; round < 200; round++) {
                assertEquals(0, write(1 + round * 100L, 100));
                buffer.consume(Integer.MAX_VALUE, handler);
            }
            assertEquals(20_000, count[0]);
            assertEquals(List.of(20_000L, 0L), List.of(buffer.records(), buffer.lostRecords()));
        }
    }

    @Test
    void windowsHaveTheSizeOfTheRecord() {
        try (PerfBuffer buffer = PerfBuffer.open(loaded.map("samples"))) {
            write(0, 4);
            List<Long> numbers = new ArrayList<>();
            assertEquals(4, buffer.poll(LONG, record -> {
                numbers.add(check(record, 0, (int) record.byteSize()));
            }));
            assertEquals(List.of(0L, 1L, 2L, 3L), numbers);
        }
    }

    @Test
    void lostRecordsAreCounted() {
        try (PerfBuffer buffer = PerfBuffer.open(loaded.map("samples"),
                PerfBufferOptions.defaults().withPagesPerCpu(1))) {
            long refused = write(0, 2000);
            assertTrue(refused > 1000, () -> refused + " refused");
            long[] reported = {0};
            RecordHandler handler = new RecordHandler() {
                @Override
                public void onRecord(int cpu, MemorySegment memory, long offsetBytes, int sizeBytes) {
                    check(memory, offsetBytes, sizeBytes);
                }

                @Override
                public void onLost(int cpu, long records) {
                    reported[0] += records;
                }
            };
            long taken = 0;
            long more = 0;
            // What was lost on a CPU is told with its next record.
            long end = System.nanoTime() + LONG.toNanos();
            do {
                taken += Math.max(0, buffer.consume(Integer.MAX_VALUE, handler));
                if (buffer.lostRecords() < refused) {
                    assertEquals(refused, write(0, 1));
                    more++;
                }
            } while (buffer.lostRecords() < refused && System.nanoTime() < end);
            taken += buffer.consume(Integer.MAX_VALUE, handler);
            assertEquals(refused, buffer.lostRecords());
            assertEquals(refused, reported[0]);
            assertEquals(2000 + more, taken + refused);
        }
    }

    @Test
    @SuppressWarnings("try") // closing early is what is tested
    void waitEndsWithARecordAndWithAClose() throws Exception {
        try (PerfBuffer buffer = PerfBuffer.open(loaded.map("samples"))) {
            for (int round = 0; round < 10; round++) {
                CompletableFuture<Integer> poll = CompletableFuture.supplyAsync(() ->
                        buffer.poll(EventSource.FOREVER, (_, _, _, _) -> { }));
                Thread.sleep(round % 4);
                write(0, 1);
                assertEquals(1, poll.get(LONG.toSeconds(), TimeUnit.SECONDS));
            }
            assertEquals(0, buffer.poll(Duration.ofMillis(10), (_, _, _, _) -> { }));
            CompletableFuture<Integer> poll = CompletableFuture.supplyAsync(() ->
                    buffer.poll(EventSource.FOREVER, (_, _, _, _) -> { }));
            Thread.sleep(10);
            buffer.close();
            assertEquals(EventSource.CLOSED, poll.get(LONG.toSeconds(), TimeUnit.SECONDS));
            assertEquals(10, buffer.records());
        }
    }

    @Test
    void withoutAReaderTheKernelRefuses() {
        assertEquals(3, write(0, 3));
        PerfBuffer.open(loaded.map("samples")).close();
        assertEquals(6, write(0, 3));
    }

    @Test
    void wakeUpsCanBeFewer() {
        PerfBufferOptions options = PerfBufferOptions.defaults().withWakeUpRecords(1000);
        try (PerfBuffer buffer = PerfBuffer.open(loaded.map("samples"), options)) {
            assertEquals(0, buffer.poll(Duration.ofMillis(1), (_, _, _, _) -> { }));
            write(0, 3);
            // Nobody was woken, but what is there is read.
            assertEquals(3, buffer.poll(EventSource.FOREVER, (_, _, _, _) -> { }));
        }
    }

    @Test
    void wakeUpsByBytesAreFewer() throws Exception {
        PerfBufferOptions options = PerfBufferOptions.defaults().withWakeUpBytes(1 << 15);
        try (PerfBuffer buffer = PerfBuffer.open(loaded.map("samples"), options)) {
            CompletableFuture<Integer> poll = CompletableFuture.supplyAsync(() ->
                    buffer.poll(EventSource.FOREVER, (_, _, _, _) -> { }));
            Thread.sleep(20);
            write(0, 3);
            assertThrows(TimeoutException.class, () -> poll.get(50, TimeUnit.MILLISECONDS));
            // On each CPU that the program may be on, more than the bytes.
            for (int turn = 0; turn < CpuList.online().count() && !poll.isDone(); turn++) {
                write(0, 800);
            }
            assertTrue(poll.get(LONG.toSeconds(), TimeUnit.SECONDS) > 3);
        }
    }

    @Test
    void onlyChosenCpusAreRead() {
        int chosen = CpuList.online().numbers().getLast();
        PerfBufferOptions options = PerfBufferOptions.defaults().withCpus(chosen).withPagesPerCpu(2);
        try (PerfBuffer buffer = PerfBuffer.open(loaded.map("samples"), options)) {
            assertEquals(List.of(chosen), buffer.cpus());
            long records = 0;
            for (int round = 0; round < 20; round++) {
                write(0, 4);
                records += buffer.consume(Integer.MAX_VALUE, (cpu, _, _, _) -> assertEquals(chosen, cpu));
            }
            // Elsewhere the kernel refuses.
            assertEquals(80, records + refused());
            long sizeBytes = 2L * Memory.pageSizeBytes();
            assertEquals(List.of(new PerfBufferStats(chosen, sizeBytes, 0, records, 0)), buffer.stats());
        }
        int none = CpuList.online().highest() + 1;
        assertEquals("perf buffer 'samples': reading events: CPU %d is not online, or the map has no slot for it"
                .formatted(none), assertThrows(KernelException.class, () -> PerfBuffer.open(loaded.map("samples"),
                        options.withCpus(chosen, none))).getMessage());
    }

    @Test
    void othersMayWaitForItsDescriptor() {
        try (PerfBuffer buffer = PerfBuffer.open(loaded.map("samples")); OuterLoop loop = new OuterLoop(buffer)) {
            for (int round = 0; round < 20; round++) {
                assertFalse(loop.isReadable(0));
                write(0, 2);
                assertTrue(loop.isReadable(LONG.toMillis()));
                assertEquals(2, buffer.consume(record -> { }));
            }
        }
    }

    /** Closed by a thread that is not reading, while a program writes. */
    @Test
    void closeUnderLoad() throws Exception {
        int rounds = 100;
        AtomicBoolean stop = new AtomicBoolean();
        write(0, 50);
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            threads.submit(() -> {
                while (!stop.get()) {
                    RecordProducer.run(loaded.program("produce").fd(), 1);
                }
            });
            long records = 0;
            for (int round = 0; round < rounds; round++) {
                PerfBuffer buffer = PerfBuffer.open(loaded.map("samples"),
                        PerfBufferOptions.defaults().withPagesPerCpu(2));
                Future<Long> reading = threads.submit(() -> readUntilClosed(buffer));
                LockSupport.parkNanos(round % 20 * 50_000L);
                buffer.close();
                records += reading.get(LONG.toSeconds(), TimeUnit.SECONDS);
            }
            stop.set(true);
            assertTrue(records > rounds, records + " records");
        } finally {
            stop.set(true);
        }
    }

    private static long readUntilClosed(PerfBuffer buffer) {
        while (buffer.poll(EventSource.FOREVER, (_, memory, offsetBytes, sizeBytes) ->
                check(memory, offsetBytes, sizeBytes)) != EventSource.CLOSED) {
            // Until it is closed.
        }
        return buffer.records();
    }
}
