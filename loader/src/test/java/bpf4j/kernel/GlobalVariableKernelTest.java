package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.map.Codec;
import bpf4j.object.BpfObject;
import bpf4j.object.MapSpec;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Kernel;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.KernelVersion;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Global variables of programs that run: what is written here is seen there, and the other way round. */
@KernelTest
class GlobalVariableKernelTest {

    private static final String OWN = ".data.own";

    private static BpfObject object() throws IOException {
        return BpfObject.read(Fixtures.object("variables-el.o"));
    }

    private static int run(LoadedObject loaded) {
        return TestRun.once(loaded.program("run"));
    }

    @Test
    void constantWrittenBeforeLoadChoosesTheBranch() throws IOException {
        try (LoadedObject loaded = object().load()) {
            assertEquals(-3, run(loaded));
        }
        try (LoadedObject loaded = object().withVariable("mode", 1).load()) {
            assertEquals(3, run(loaded));
            assertEquals(1, loaded.variable("mode").getInt());
        }
        try (LoadedObject loaded = object().withVariable("mode", 2).withVariable("factor", 5).load()) {
            assertEquals(25, run(loaded));
        }
        try (LoadedObject loaded = object().withVariable("verbose", true).load()) {
            assertEquals(1000, run(loaded));
            assertTrue(loaded.variable("verbose").getBoolean());
        }
    }

    @Test
    void whatProgramsWriteIsSeenWithoutASystemCall() throws IOException {
        AtomicInteger calls = new AtomicInteger();
        Kernel counting = new Kernel() {

            @Override
            public int bpf(BpfCommand command, MemorySegment attr, int sizeBytes) {
                calls.addAndGet(command == BpfCommand.BPF_PROG_TEST_RUN ? 0 : 1);
                return Kernel.RUNNING.bpf(command, attr, sizeBytes);
            }

            @Override
            public int close(int fd) {
                return Kernel.RUNNING.close(fd);
            }
        };
        try (LoadedObject loaded = object().load(LoadOptions.defaults().withKernel(counting))) {
            GlobalVariable runs = loaded.variable("runs");
            assertTrue(runs.isMapped());
            assertEquals("", runs.whyNotMapped());
            int before = calls.get();
            for (int i = 1; i <= 5; i++) {
                run(loaded);
                assertEquals(i, runs.getLong());
                assertEquals(i, runs.memory().get(ValueLayout.JAVA_LONG, 0));
            }
            assertEquals(5, runs.getInt());
            assertEquals(before, calls.get());
        }
    }

    @Test
    void whatIsWrittenHereIsSeenByPrograms() throws IOException {
        try (LoadedObject loaded = object().withVariable("mode", 1).load()) {
            GlobalVariable factor = loaded.variable("factor");
            factor.set(11);
            assertEquals(11, run(loaded));
            factor.memory().set(ValueLayout.JAVA_INT, 0, -12);
            assertEquals(-12, run(loaded));
            assertThrows(IllegalArgumentException.class, () -> factor.set(1L << 31));
            assertEquals(-12, factor.getLong());
        }
    }

    @Test
    void everyTypeHasItsValue() throws IOException {
        try (LoadedObject loaded = object().load()) {
            run(loaded);
            assertEquals(-6, loaded.variable("small").getLong());
            assertEquals(201, loaded.variable("octet").getInt());
            assertEquals(8081, loaded.variable("port").getInt());
            assertEquals(-301, loaded.variable("depth").getInt());
            assertEquals(0xfffffff1L, loaded.variable("mask").getLong());
            assertThrows(ArithmeticException.class, () -> loaded.variable("mask").getInt());
            assertEquals("ttart", loaded.variable("label").getString());
            assertEquals("hi", loaded.variable("greeting").getString());
            assertEquals(1L << 40, loaded.variable("wide_level").getLong());
            assertEquals(11, loaded.variable("first.shared").getInt());
            loaded.variable("label").set("end");
            loaded.variable("origin").set(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
            loaded.variable("length").set(true);
            assertEquals("end", loaded.variable("label").getString());
            assertArrayEquals(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}, loaded.variable("origin").getBytes());
            assertTrue(loaded.variable("length").getBoolean());
            assertEquals(object().variables().size(), loaded.variables().size());
        }
    }

    private record Point(int x, int y) {
    }

    @Test
    void structsAreReadAndWrittenByACodec() throws IOException {
        Codec<Point> points = Codec.of(MethodHandles.lookup(), Point.class);
        try (LoadedObject loaded = object().load()) {
            GlobalVariable origin = loaded.variable("origin");
            assertEquals(new Point(1, 2), origin.get(points));
            origin.set(points, new Point(-3, 4));
            assertEquals(new Point(-3, 4), origin.get(points));
            assertEquals(4, origin.memory().get(ValueLayout.JAVA_INT, 4));
            GlobalVariable factor = loaded.variable("factor");
            assertThrows(IllegalArgumentException.class, () -> factor.get(points));
            assertThrows(IllegalArgumentException.class, () -> factor.set(Codec.LONG, 1L));
            assertThrows(UnsupportedOperationException.class, () -> loaded.variable("mode").set(Codec.INT, 1));
            GlobalVariable unmapped = loaded.variable("only_static");
            unmapped.set(Codec.INT, 77);
            assertEquals(77, unmapped.get(Codec.INT));
        }
    }

    @Test
    void constantsCannotBeChangedAnyMore() throws IOException {
        try (LoadedObject loaded = object().load()) {
            GlobalVariable mode = loaded.variable("mode");
            assertTrue(mode.isMapped() && mode.memory().isReadOnly());
            assertTrue(assertThrows(UnsupportedOperationException.class, () -> mode.set(1)).getMessage()
                    .contains("BpfObject.withVariable"));
            assertThrows(UnsupportedOperationException.class, () -> mode.set(new byte[4]));
            assertThrows(UnsupportedOperationException.class, () -> mode.getAndAdd(1));
            assertThrows(UnsupportedOperationException.class, () -> loaded.variable("greeting").set("ho"));
            assertThrows(IllegalArgumentException.class, () -> mode.memory().set(ValueLayout.JAVA_INT, 0, 1));
        }
    }

    @Test
    void sectionOfStaticVariablesIsReachedThroughSystemCalls() throws IOException {
        try (LoadedObject loaded = object().load()) {
            GlobalVariable variable = loaded.variable("only_static");
            assertFalse(variable.isMapped());
            assertTrue(variable.whyNotMapped().contains("BPF_F_MMAPABLE"), variable::whyNotMapped);
            assertTrue(assertThrows(UnsupportedOperationException.class, variable::memory).getMessage()
                    .contains("BPF_F_MMAPABLE"));
            assertThrows(UnsupportedOperationException.class, () -> variable.getAndAdd(1));
            run(loaded);
            assertEquals(11, variable.getLong());
            loaded.variable("also_static").set(100);
            run(loaded);
            assertEquals(111, variable.getLong());
        }
        BpfObject mappable = object().withMap(OWN, map -> map.withFlags(map.flags() | MapSpec.BPF_F_MMAPABLE));
        try (LoadedObject loaded = mappable.load()) {
            assertTrue(loaded.variable("only_static").isMapped());
            run(loaded);
            assertEquals(11, loaded.variable("only_static").getLong());
        }
    }

    @Test
    void stepsAreAtomic() throws Exception {
        int steps = 5_000;
        try (LoadedObject loaded = object().load(); ExecutorService threads = Executors.newFixedThreadPool(2)) {
            GlobalVariable runs = loaded.variable("runs");
            Future<?> adding = threads.submit(() -> {
                for (int i = 0; i < steps; i++) {
                    runs.getAndAdd(1);
                }
            });
            Future<?> comparing = threads.submit(() -> {
                for (int i = 0; i < steps; i++) {
                    long seen = runs.getLong();
                    while (!runs.compareAndSet(seen, seen + 1)) {
                        seen = runs.getLong();
                    }
                }
            });
            for (int i = 0; i < 100; i++) {
                run(loaded);
            }
            adding.get();
            comparing.get();
            assertEquals(2 * steps + 100, runs.getLong());
            GlobalVariable mask = loaded.variable("mask");
            mask.set(0xffffffffL);
            assertEquals(0xffffffffL, mask.getAndAdd(2));
            assertEquals(1, mask.getLong());
            assertTrue(mask.compareAndSet(1, 0xfffffffeL));
            assertFalse(mask.compareAndSet(-2, 5), "the same bits, but not the same number");
            assertEquals(0xfffffffeL, mask.getLong());
            assertThrows(IllegalArgumentException.class, () -> mask.compareAndSet(0, -1));
            assertThrows(IllegalArgumentException.class, () -> loaded.variable("port").getAndAdd(1));
            assertThrows(IllegalArgumentException.class, () -> loaded.variable("origin").getAndAdd(1));
        }
    }

    @Test
    @SuppressWarnings("try") // closing early is what is tested
    void closingEndsReadersAndLeavesNothingMapped() throws Exception {
        try (Descriptors _ = new Descriptors(); ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (int i = 0; i < 15; i++) {
                LoadedObject loaded = object().load();
                CountDownLatch reading = new CountDownLatch(2);
                Future<?> reader = threads.submit(() -> until(reading, loaded.variable("runs")::getLong));
                Future<?> writer = threads.submit(() -> until(reading, () -> loaded.variable("factor").set(5)));
                reading.await();
                loaded.close();
                reader.get();
                writer.get();
                assertThrows(IllegalStateException.class, loaded.variable("runs")::getLong);
                assertThrows(IllegalStateException.class, loaded.variable("only_static")::getLong);
                loaded.close();
            }
            try (LoadedObject loaded = object().load()) {
                loaded.close();
                assertThrows(IllegalStateException.class, loaded::variables, "nothing is mapped any more");
            }
        }
        assertFalse(Files.readString(Path.of("/proc/self/maps")).contains("bpf-map"));
    }

    private static void until(CountDownLatch started, Runnable access) {
        try {
            for (long i = 0; ; i++) {
                access.run();
                if (i == 100) {
                    started.countDown();
                }
            }
        } catch (IllegalStateException closed) {
            assertTrue(closed.getMessage().toLowerCase(Locale.ROOT).contains("closed"), closed::toString);
        }
    }

    @Test
    void variablesOfAnArenaAreItsMemory() throws IOException {
        KernelVersion.assumeAtLeast(6, 9, "arenas");
        BpfObject object = BpfObject.read(Fixtures.object("maps_arena-el.o")).withVariable("counter", 100);
        try (LoadedObject loaded = object.load()) {
            GlobalVariable counter = loaded.variable("counter");
            TestRun.once(loaded.program("touch"));
            assertEquals(101, counter.getLong());
            counter.set(7);
            TestRun.once(loaded.program("touch"));
            assertEquals(8, counter.getLong());
        }
    }

    @Test
    void optionsOfTheKernelCanBeRead() throws IOException {
        try (LoadedObject loaded = BpfObject.read(Fixtures.object("extern_kconfig-el.o")).load()) {
            GlobalVariable version = loaded.variable("LINUX_KERNEL_VERSION");
            assertTrue(version.getLong() >= 6 << 16, () -> Long.toHexString(version.getLong()));
            assertThrows(UnsupportedOperationException.class, () -> version.set(5));
        }
    }

    @Test
    void variablesOfMapsThatWereNotCreatedAreNotThere() throws IOException {
        try (LoadedObject loaded = BpfObject.builder("empty").build().load()) {
            assertEquals(0, loaded.variables().size());
        }
        BpfObject object = object().withMap(OWN, map -> map.withCreate(false))
                .withProgram("run", program -> program.withAutoload(false));
        try (LoadedObject loaded = object.load()) {
            assertTrue(assertThrows(NoSuchElementException.class, () -> loaded.variable("only_static")).getMessage()
                    .contains("was not created"));
            assertEquals(object.variables().size() - 2, loaded.variables().size());
            assertThrows(NoSuchElementException.class, () -> loaded.variable("only_statik"));
        }
    }
}
