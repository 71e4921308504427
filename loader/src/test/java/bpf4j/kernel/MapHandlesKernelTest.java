package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.map.BpfMap;
import bpf4j.map.MapOfMaps;
import bpf4j.object.BpfObject;
import bpf4j.object.MapContents;
import bpf4j.object.MapSpec;
import bpf4j.object.MapType;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Maps apart from objects: made alone, duplicated, taken by descriptor, opened for some kinds of access. */
@KernelTest
class MapHandlesKernelTest {

    private static final byte[] FIRST = new byte[4];
    private static final MapSpec NUMBERS = MapSpec.of("numbers-of-ours", MapType.BPF_MAP_TYPE_ARRAY, 4, 8, 3);

    @RegisterExtension
    private final NoDescriptorsLeft descriptors = new NoDescriptorsLeft();

    private static BpfObject object(String name) throws IOException {
        return BpfObject.read(Fixtures.nativeObject(name));
    }

    @Test
    void mapIsMadeWithoutAnObject() {
        try (LoadedMap map = LoadedMap.create(NUMBERS)) {
            assertEquals("numbers-of-ours", map.name());
            MapInfo info = map.info();
            assertEquals(List.of(2, 4, 8, 3, "numbers_of_ours"), List.of(info.type(), info.keySize(), info.valueSize(),
                    info.maxEntries(), info.name()));
            assertEquals(Optional.empty(), map.types());
            BpfMap<Integer, Long> numbers = BpfMap.of(map, Integer.class, Long.class);
            numbers.put(2, 5L);
            assertEquals(5L, numbers.get(2));
        }
    }

    @Test
    void mapsThatAreMadeLaterGoIntoMapsOfMaps() throws IOException {
        MapSpec outer = MapSpec.of("outer", MapType.BPF_MAP_TYPE_HASH_OF_MAPS, 4, 4, 2).withInner(NUMBERS);
        try (LoadedMap map = LoadedMap.create(outer)) {
            MapOfMaps<Integer> maps = MapOfMaps.of(map, Integer.class);
            int id;
            try (LoadedMap inner = LoadedMap.create(NUMBERS)) {
                maps.put(7, inner);
                id = inner.info().id();
            }
            assertEquals(id, maps.innerId(7).orElseThrow());
            LoadedMap.ofId(id).close();
        }
    }

    @Test
    void dataIsFilledAndFrozen() {
        MapSpec data = new MapSpec("constants", "constants", MapType.BPF_MAP_TYPE_ARRAY.number(), 4, 8, 1,
                MapSpec.BPF_F_RDONLY_PROG, 0, 0, 0, 0, false, Optional.empty(), Optional.empty(),
                new MapContents.Data(".rodata", MemorySegment.ofArray(new byte[] {1, 2, 3}), 8, true), true);
        try (LoadedMap map = LoadedMap.create(data)) {
            assertArrayEquals(new byte[] {1, 2, 3, 0, 0, 0, 0, 0}, map.lookup(FIRST).orElseThrow());
            assertEquals("EPERM", assertThrows(KernelException.class,
                    () -> map.update(FIRST, new byte[8], LoadedMap.BPF_ANY)).errnoName());
        }
    }

    @Test
    void whatBelongsToAnObjectIsRefused() throws IOException {
        for (MapSpec spec : List.of(object("maps_arena").map("arena"), object("extern_kconfig").map(".kconfig"),
                object("maps_nested").map("filled"), MapSpec.of("arena", MapType.BPF_MAP_TYPE_ARENA, 0, 0, 1))) {
            String message = assertThrows(IllegalArgumentException.class, () -> LoadedMap.create(spec)).getMessage();
            assertTrue(message.endsWith("it can be made with an object only"), message);
        }
        assertEquals("map 'odd'", assertThrows(KernelException.class,
                () -> LoadedMap.create(MapSpec.of("odd", MapType.BPF_MAP_TYPE_ARRAY, 3, 8, 1))).subject());
    }

    @Test
    void duplicateLastsLongerThanTheObject() throws IOException {
        LoadedMap copy;
        int id;
        try (LoadedObject loaded = object("maps").load()) {
            LoadedMap map = loaded.map("totals");
            copy = map.duplicate();
            id = map.info().id();
            assertNotEquals(map.fd(), copy.fd());
            map.update(FIRST, new byte[] {1, 2, 3, 4, 5, 6, 7, 8}, LoadedMap.BPF_ANY);
        }
        try (copy) {
            assertEquals(id, copy.info().id());
            assertEquals("totals", copy.name());
            assertArrayEquals(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}, copy.lookup(FIRST).orElseThrow());
            assertTrue(copy.types().isPresent());
        }
        assertThrows(IllegalStateException.class, copy::duplicate);
    }

    @Test
    void descriptorOfSomebodyElseIsTaken() throws IOException {
        try (LoadedObject loaded = object("maps").load()) {
            LoadedMap map = loaded.map("totals");
            try (LoadedMap taken = LoadedMap.ofDescriptor(map.fd())) {
                assertEquals(map.info().id(), taken.info().id());
                assertEquals(List.of("totals", map.spec().type(), map.spec().maxEntries()),
                        List.of(taken.name(), taken.spec().type(), taken.spec().maxEntries()));
            }
            map.info();
            KernelException program = assertThrows(KernelException.class,
                    () -> LoadedMap.ofDescriptor(loaded.program("count").fd()));
            assertTrue(program.getMessage().endsWith("it is a program"), program::getMessage);
            assertEquals("EBADF", assertThrows(KernelException.class,
                    () -> LoadedMap.ofDescriptor(Integer.MAX_VALUE)).errnoName());
        }
    }

    @Test
    void accessIsWhatWasAskedFor() throws IOException {
        try (BpfFs fs = new BpfFs(); LoadedMap map = LoadedMap.create(NUMBERS)) {
            Path pin = fs.folder().resolve("numbers");
            map.pin(pin);
            try (LoadedMap reader = LoadedMap.open(pin, MapSpec.BPF_F_RDONLY);
                    LoadedMap writer = LoadedMap.open(pin, MapSpec.BPF_F_WRONLY);
                    LoadedMap byId = KernelObjects.running().map(map.info().id(), MapSpec.BPF_F_RDONLY);
                    LoadedMap both = LoadedMap.open(pin)) {
                writer.update(FIRST, new byte[] {1, 0, 0, 0, 0, 0, 0, 0}, LoadedMap.BPF_ANY);
                assertEquals(1, reader.lookup(FIRST).orElseThrow()[0]);
                assertEquals(1, byId.lookup(FIRST).orElseThrow()[0]);
                both.update(FIRST, new byte[8], LoadedMap.BPF_ANY);
                assertEquals(0, both.lookup(FIRST).orElseThrow()[0]);
                for (LoadedMap readOnly : List.of(reader, byId)) {
                    assertEquals("EPERM", assertThrows(KernelException.class,
                            () -> readOnly.update(FIRST, new byte[8], LoadedMap.BPF_ANY)).errnoName());
                }
                assertEquals("EPERM", assertThrows(KernelException.class, () -> writer.lookup(FIRST)).errnoName());
            }
        }
    }
}
