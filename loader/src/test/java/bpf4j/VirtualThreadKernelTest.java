package bpf4j;

import static bpf4j.insn.Register.R0;
import static bpf4j.insn.Register.R1;
import static bpf4j.insn.Register.R10;
import static bpf4j.insn.Register.R2;
import static bpf4j.insn.Register.R3;
import static bpf4j.insn.Register.R4;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.BtfType;
import bpf4j.event.EventThread;
import bpf4j.event.RingBuffer;
import bpf4j.insn.Assembler;
import bpf4j.insn.Atomic;
import bpf4j.insn.Code;
import bpf4j.insn.Size;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.NoDescriptorsLeft;
import bpf4j.kernel.TestRun;
import bpf4j.link.Links;
import bpf4j.map.BpfMap;
import bpf4j.map.Codec;
import bpf4j.object.BpfObject;
import bpf4j.object.MapSpec;
import bpf4j.object.MapType;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.Patience;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Everything from many virtual threads at once: far more than there are processors to carry them. */
@KernelTest
@ExtendWith(NoDescriptorsLeft.class)
class VirtualThreadKernelTest {

    private static final int THREADS = 200;
    /** Each with an object of its own, which takes long in emulated machines. */
    private static final int LOADERS = 50;
    private static final BtfType.Int U64 = new BtfType.Int("unsigned long long", 8, 0, 0, 64);

    /** Adds one to a variable and an element of a map, and sends the sum to a ring buffer. */
    private static final Code COUNT = new Assembler()
            .loadVariable(R1, "runs").mov(R2, 1).atomic(Atomic.FETCH_ADD, Size.DW, R1, 0, R2).add(R2, 1)
            .store(Size.DW, R10, -8, R2).store(Size.W, R10, -12, 3)
            .loadMap(R1, "sums").mov(R2, R10).add(R2, -12).mov(R3, R10).add(R3, -8).mov(R4, 0)
            .call("bpf_map_update_elem")
            .loadMap(R1, "ring").mov(R2, R10).add(R2, -8).mov(R3, 8).mov(R4, 0).call("bpf_ringbuf_output")
            .load(Size.DW, R0, R10, -8).exit().assemble();

    private static final BpfObject OBJECT = BpfObject.builder("virtual").license("GPL")
            .map(MapSpec.of("sums", MapType.BPF_MAP_TYPE_HASH, 4, 8, 8))
            .map(MapSpec.of("ring", MapType.BPF_MAP_TYPE_RINGBUF, 0, 0, 4096))
            .variable(".bss", "runs", U64).variable(".bss", "calls", U64)
            .program("count", "socket", COUNT)
            .program("enter", "raw_tp/sys_enter", new Assembler().loadVariable(R1, "calls").mov(R2, 1)
                    .atomic(Atomic.ADD, Size.DW, R1, 0, R2).mov(R0, 0).exit().assemble()).build();

    /** Runs something in so many virtual threads, and waits for all. */
    private static <T> List<T> inEach(int threads, IntFunction<T> action) throws Exception {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> results = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int number = i;
                results.add(executor.submit(() -> action.apply(number)));
            }
            List<T> values = new ArrayList<>();
            for (Future<T> result : results) {
                values.add(result.get(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS));
            }
            return values;
        }
    }

    @Test
    void eachLoadsAttachesReadsAndCloses() throws Exception {
        List<Boolean> done = inEach(LOADERS, _ -> {
            try (LoadedObject loaded = OBJECT.load(); RingBuffer ring = RingBuffer.open(loaded.map("ring"))) {
                try (Links links = loaded.attachAll()) {
                    Files.exists(Path.of("/"));
                    assertEquals(1, links.links().size());
                    assertTrue(loaded.variable("calls").getLong() > 0);
                }
                for (int run = 1; run <= 3; run++) {
                    assertEquals(run, TestRun.once(loaded.program("count")));
                }
                assertEquals(3, loaded.variable("runs").getLong());
                assertEquals(3, BpfMap.of(loaded.map("sums"), Codec.INT, Codec.LONG).get(3));
                AtomicLong sum = new AtomicLong();
                assertEquals(3, ring.poll(Patience.LIMIT,
                        record -> sum.addAndGet(record.get(ValueLayout.JAVA_LONG, 0))));
                assertEquals(6, sum.get());
                return true;
            }
        });
        assertEquals(LOADERS, done.size());
    }

    /** One object for all: each run is counted once, seen once in the ring buffer, and no look at the map fails. */
    @Test
    void allShareOneObject() throws Exception {
        AtomicLong records = new AtomicLong();
        try (LoadedObject loaded = OBJECT.load();
                EventThread reader = EventThread.start(RingBuffer.open(loaded.map("ring")),
                        _ -> records.incrementAndGet())) {
            BpfMap<Integer, Long> sums = BpfMap.of(loaded.map("sums"), Codec.INT, Codec.LONG);
            List<Long> results = inEach(THREADS, _ -> {
                long run = TestRun.once(loaded.program("count"));
                assertTrue(sums.get(3) > 0);
                return run;
            });
            assertEquals(THREADS, results.stream().distinct().count(), "no two saw the same count");
            assertEquals(THREADS, loaded.variable("runs").getLong());
            Patience.until(() -> records.get() >= THREADS);
            assertEquals(THREADS, records.get());
            assertTrue(reader.isRunning());
        }
    }

    /** Those that wait hold up no others: one after the other they would take a minute. */
    @Test
    void manyWaitAtOnce() throws Exception {
        try (LoadedObject loaded = OBJECT.load()) {
            long start = System.nanoTime();
            List<Integer> results = inEach(THREADS, _ -> {
                try (RingBuffer ring = RingBuffer.open(loaded.map("ring"))) {
                    return ring.poll(Duration.ofMillis(300), _ -> { });
                }
            });
            Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
            assertTrue(results.stream().allMatch(result -> result == 0), results::toString);
            assertTrue(elapsed.toSeconds() < 30, elapsed::toString);
        }
    }

    /** An object that is closed under its users gives each of them its data or {@link IllegalStateException}. */
    @Test
    void closingUnderManyReaders() throws Exception {
        for (int round = 0; round < 20; round++) {
            LoadedObject loaded = OBJECT.load();
            BpfMap<Integer, Long> sums = BpfMap.of(loaded.map("sums"), Codec.INT, Codec.LONG);
            TestRun.once(loaded.program("count"));
            List<String> results = inEach(50, number -> {
                try {
                    if (number == 25) {
                        loaded.close();
                    }
                    long value = number % 2 == 0 ? sums.get(3) : loaded.variable("runs").getLong();
                    return Long.toString(value);
                } catch (IllegalStateException e) {
                    return "closed";
                }
            });
            assertTrue(results.stream().allMatch(List.of("1", "closed")::contains), results::toString);
            assertTrue(results.contains("closed"));
            loaded.close();
        }
    }
}
