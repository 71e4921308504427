package bpf4j.examples.cycles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.KernelObjects;
import bpf4j.kernel.LoadedObject;
import bpf4j.sys.Fd;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.KernelVersion;
import bpf4j.testdata.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The short form of {@code bench/cycles}, which looks for each program and map by its id. */
@KernelTest
@Timeout(300) // many times what it takes where the machine is emulated
class CyclesKernelTest {

    private static final int CYCLES = 40;
    /** The kernel waits long for each attachment to a tracepoint to be over. */
    private static final int SLOW_CYCLES = 10;
    private static final Path SOURCES = Path.of("src/main/bpf");

    private static Place place;

    private final Set<Integer> programs = new TreeSet<>();
    private final Set<Integer> maps = new TreeSet<>();
    private final Set<Integer> btfs = new TreeSet<>();

    @BeforeAll
    static void makePlace() throws Exception {
        place = Place.make();
    }

    @AfterAll
    static void endPlace() throws Exception {
        place.close();
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsLeftOfACycle(CycledExample example) throws Exception {
        if (example == CycledExample.DCTCP_LINK) {
            KernelVersion.assumeAtLeast(6, 4, "struct_ops links");
        }
        // The first cycle opens what the process keeps, such as the kernel's types.
        place.call(() -> example.cycle(place, _ -> { }));
        int count = example == CycledExample.OPENSNOOP ? SLOW_CYCLES : CYCLES;
        long collected = Fd.leakCount();
        long open = Fd.openCount();
        long mapped = mappingsOfBpf();
        for (int i = 0; i < count; i++) {
            assertTrue(place.call(() -> example.cycle(place, this::note)) > 0);
        }
        assertEquals(mapped, mappingsOfBpf());
        assertEquals(0, Fd.leakCount() - collected, "descriptors that the garbage collector closed");
        assertEquals(open, Fd.openCount());
        assertTrue(programs.size() >= count);
        assertGone(programs, KernelObjects.running()::programIds);
        assertGone(maps, KernelObjects.running()::mapIds);
        assertGone(btfs, KernelObjects.running()::btfIds);
    }

    private void note(LoadedObject loaded) {
        loaded.programs().forEach(program -> {
            programs.add(program.info().id());
            btfs.add(program.info().btfId());
        });
        loaded.maps().forEach(map -> maps.add(map.info().id()));
    }

    /** The kernel frees programs and maps after a grace period. */
    private static void assertGone(Set<Integer> made, Supplier<IntStream> ids) throws InterruptedException {
        Set<Integer> left = new TreeSet<>(made);
        Patience.until(() -> {
            left.retainAll(ids.get().boxed().collect(Collectors.toSet()));
            return left.isEmpty();
        });
        assertEquals(Set.of(), left);
    }

    private static long mappingsOfBpf() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(line -> line.contains("bpf-map") || line.contains("/btf/")).count();
        }
    }

    @Test
    void everyExampleIsCycled() throws IOException {
        try (Stream<Path> files = Files.list(SOURCES)) {
            Set<String> objects = files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".o"))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertEquals(objects, Stream.of(CycledExample.values()).map(CycledExample::file)
                    .collect(Collectors.toCollection(TreeSet::new)));
        }
    }
}
