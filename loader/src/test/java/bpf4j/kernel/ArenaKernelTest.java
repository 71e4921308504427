package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.object.BpfObject;
import bpf4j.object.ProgramType;
import bpf4j.sys.Memory;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@KernelTest
class ArenaKernelTest {

    private static final long ADDRESS = 1L << 44;

    @BeforeAll
    static void needsArenas() {
        bpf4j.testdata.KernelVersion.assumeAtLeast(6, 9, "arenas");
    }

    private static BpfObject object(String name) throws IOException {
        return BpfObject.read(Fixtures.object(name + "-el.o"));
    }

    private static boolean isMapped() throws IOException {
        return Files.readString(Path.of("/proc/self/maps")).contains("bpf-map");
    }

    @Test
    @SuppressWarnings("try") // closing early is what is tested
    void variablesAreInTheArenaAtTheAddressThatTheObjectNames() throws IOException {
        try (Descriptors _ = new Descriptors()) {
            try (LoadedObject loaded = object("maps_arena").load()) {
                assertEquals(List.of(), loaded.adaptations());
                LoadedMap arena = loaded.map("arena");
                assertEquals(ADDRESS, arena.info().mapExtra());
                MemorySegment memory = arena.memory().orElseThrow();
                assertEquals(ADDRESS, memory.address());
                assertEquals(16L * Memory.pageSizeBytes(), memory.byteSize());
                boolean atEnd = KernelFeatures.running().has(KernelFeature.LDIMM64_FULL_RANGE_OFF);
                MemorySegment data = memory.asSlice(atEnd ? 15L * Memory.pageSizeBytes() : 0);
                assertEquals(41, data.get(ValueLayout.JAVA_LONG, 0));
                assertEquals(List.of(1, 2, 3), List.of(data.get(ValueLayout.JAVA_INT, 8),
                        data.get(ValueLayout.JAVA_INT, 12), data.get(ValueLayout.JAVA_INT, 16)));
                TestRun.once(loaded.program("touch"));
                assertEquals(42, data.get(ValueLayout.JAVA_LONG, 0));
                assertEquals(List.of(2, 45),
                        List.of(data.get(ValueLayout.JAVA_INT, 12), data.get(ValueLayout.JAVA_INT, 16)));
                data.set(ValueLayout.JAVA_LONG, 24, 7);
                assertEquals(7, TestRun.once(loaded.program("touch")));
                assertTrue(isMapped());
                loaded.close();
                assertThrows(IllegalStateException.class, () -> memory.get(ValueLayout.JAVA_LONG, 0));
            }
            assertFalse(isMapped());
        }
    }

    @Test
    void addressThatIsTakenIsRefusedAndWhatIsThereStays() throws IOException {
        try (LoadedObject first = object("maps_arena").load()) {
            KernelException e = assertThrows(KernelException.class, () -> object("maps_arena").load());
            assertEquals(List.of(Step.CREATE_MAP, "map 'arena'", "EEXIST"), List.of(e.step(), e.subject(),
                    e.errnoName()));
            assertTrue(e.getMessage().contains("other memory at the arena's address 0x100000000000"), e::getMessage);
            assertEquals(0, TestRun.once(first.program("touch")));
        }
        object("maps_arena").load().close();
    }

    @Test
    void arenaIsMappedWhereTheKernelLikesAndSharedByItsDescriptor() throws IOException {
        try (LoadedObject first = object("maps_arena_anywhere").load();
                LoadedObject second = object("maps_arena_anywhere").load(
                        LoadOptions.defaults().withMapFd("arena", first.map("arena").fd()))) {
            assertTrue(first.map("arena").memory().isPresent());
            assertTrue(second.map("arena").memory().isEmpty());
            assertEquals(first.map("arena").info().id(), second.map("arena").info().id());
        }
        assertFalse(isMapped());
    }

    @Test
    void failedLoadLeavesNothingMapped() throws IOException {
        BpfObject refused = object("maps_arena").withProgram("touch", p -> p.withType(
                ProgramType.BPF_PROG_TYPE_UNSPEC, Optional.empty()));
        assertThrows(KernelException.class, refused::load);
        assertFalse(isMapped());
    }
}
