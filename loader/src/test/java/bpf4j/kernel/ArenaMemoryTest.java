package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.object.BpfObject;
import bpf4j.object.MapContents;
import bpf4j.object.MapSpec;
import bpf4j.object.ObjectFormatException;
import bpf4j.object.Reference;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArenaMemoryTest {

    private static final int PAGE = 4096;

    private static MapSpec arena(int pages) throws IOException {
        return BpfObject.read(Fixtures.object("maps_arena-el.o")).map("arena").withMaxEntries(pages);
    }

    private static MapContents.ArenaData data(long bytes) {
        return new MapContents.ArenaData(".addr_space.1", MemorySegment.NULL, bytes);
    }

    @ParameterizedTest
    @CsvSource({"16, 1, 0xf000", "16, 4096, 0xf000", "16, 4097, 0xe000", "16, 65536, 0", "0x100000, 1, 0xfffff000"})
    void variablesAreAtTheEndWhereInstructionsReachSoFar(String pages, long bytes, String offset) throws IOException {
        assertEquals(Long.decode(offset),
                ArenaMemory.dataOffsetBytes(arena(Integer.decode(pages)), data(bytes), PAGE, true));
        assertEquals(0, ArenaMemory.dataOffsetBytes(arena(Integer.decode(pages)), data(bytes), PAGE, false));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void variablesHaveToFit(boolean atEnd) throws IOException {
        MapSpec arena = arena(2);
        KernelException e = assertThrows(KernelException.class,
                () -> ArenaMemory.dataOffsetBytes(arena, data(2 * PAGE + 1), PAGE, atEnd));
        assertEquals(List.of(Step.CREATE_MAP, "map 'arena'"), List.of(e.step(), e.subject()));
        assertTrue(e.getMessage().contains("need 0x3000 bytes, and it has 0x2000"), e::getMessage);
    }

    @ParameterizedTest
    @ValueSource(strings = {"el", "eb"})
    void variablesBelongToTheArena(String order) throws IOException {
        BpfObject object = BpfObject.read(Fixtures.object("maps_arena-" + order + ".o"));
        assertEquals(List.of("arena"), object.maps().stream().map(MapSpec::name).toList());
        MapSpec arena = object.map(".addr_space.1");
        assertEquals(1L << 44, arena.mapExtra());
        assertEquals(32, ((MapContents.ArenaData) arena.contents()).sizeBytes());
        List<Reference> references = object.functions().getFirst().references();
        assertEquals(3, references.size());
        references.forEach(r -> assertEquals("arena", ((Reference.DataReference) r).map()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "maps_arena_two     | map 'second': a second arena beside 'first', and an object may have one",
        "maps_arena_missing | .addr_space.1: variables of an arena, and no map of type BPF_MAP_TYPE_ARENA for them"})
    void objectsThatMakeNoSenseAreRefused(String name, String problem) {
        ObjectFormatException e = assertThrows(ObjectFormatException.class,
                () -> BpfObject.read(Fixtures.object(name + "-el.o")));
        assertTrue(e.getMessage().endsWith(": " + problem), e::getMessage);
    }

    @Test
    void otherMapsHaveNoVariables() throws IOException {
        for (MapSpec map : BpfObject.read(Fixtures.object("data_sections-el.o")).maps()) {
            assertEquals(0, ArenaMemory.dataOffsetBytes(map, KernelFeatures.of(new FakeKernel())));
        }
    }
}
