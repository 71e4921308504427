package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.object.BpfObject;
import bpf4j.object.MapContents;
import bpf4j.object.MapSpec;
import bpf4j.object.MapType;
import bpf4j.sys.Memory;
import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Maps as the kernel then has them: by its own account, and by what it lets others do with them. */
@KernelTest
class MapCreatorKernelTest {

    private static final byte[] FIRST = new byte[4];

    @RegisterExtension
    private final NoDescriptorsLeft descriptors = new NoDescriptorsLeft();

    private static BpfObject object(String name) throws IOException {
        return BpfObject.read(Fixtures.object(name + "-el.o"));
    }

    private static byte[] key(int index) {
        return bytes(index);
    }

    private static byte[] bytes(int... words) {
        ByteBuffer buffer = ByteBuffer.allocate(4 * words.length).order(ByteOrder.nativeOrder());
        buffer.asIntBuffer().put(words);
        return buffer.array();
    }

    private static int word(LoadedMap map, int index) {
        return ByteBuffer.wrap(map.lookup(key(index)).orElseThrow()).order(ByteOrder.nativeOrder()).getInt();
    }

    @Test
    void slotsHoldTheMapsThatTheObjectPutThere() throws IOException {
        try (LoadedObject loaded = object("maps_nested").load()) {
            LoadedMap filled = loaded.map("filled");
            assertEquals(loaded.map("first").info().id(), word(filled, 0));
            assertTrue(filled.lookup(key(1)).isEmpty());
            assertEquals(loaded.map("second").info().id(), word(filled, 2));
            assertEquals(loaded.map("first").info().id(), word(filled, 3));
        }
    }

    @Test
    void templateOfInnerMapsDecidesWhatMayBeAdded() throws IOException {
        try (LoadedObject loaded = object("maps_nested").load(); LoadedObject other = object("maps").load()) {
            LoadedMap empty = loaded.map("empty");
            empty.update(new byte[8], bytes(loaded.map("second").fd()), LoadedMap.BPF_ANY);
            KernelException e = assertThrows(KernelException.class,
                    () -> empty.update(new byte[8], bytes(other.map("flows").fd()), LoadedMap.BPF_ANY));
            assertEquals("EINVAL", e.errnoName());
        }
    }

    @Test
    void programArrayHoldsTheProgramsThatTheObjectPutThere() throws IOException {
        try (LoadedObject loaded = object("maps_prog_array").load()) {
            LoadedMap jumps = loaded.map("jumps");
            assertEquals(loaded.program("accept_all").info().id(), word(jumps, 0));
            assertTrue(jumps.lookup(key(1)).isEmpty());
            assertEquals(loaded.program("refuse_all").info().id(), word(jumps, 2));
            assertEquals(0, TestRun.once(loaded.program("dispatch")), "the answer of the program in slot 2");
        }
    }

    @Test
    void numaNodeReachesTheKernel() throws IOException {
        try (LoadedObject loaded = object("maps_attributes").load()) {
            assertEquals(MapSpec.BPF_F_NUMA_NODE, loaded.map("on_node").info().flags());
        }
        BpfObject elsewhere = object("maps_attributes").withMap("on_node", m -> new MapSpec(m.name(), m.kernelName(),
                m.type(), m.keySize(), m.valueSize(), m.maxEntries(), m.flags(), m.mapExtra(), 1 << 20, m.keyTypeId(),
                m.valueTypeId(), m.pinByName(), m.pinPath(), m.inner(), m.contents(), m.create()));
        KernelException e = assertThrows(KernelException.class, elsewhere::load);
        assertEquals(List.of(Step.CREATE_MAP, "map 'on_node'", "EINVAL"), List.of(e.step(), e.subject(),
                e.errnoName()));
    }

    @Test
    void mapExtraReachesTheKernel() throws IOException {
        try (LoadedObject loaded = object("maps_attributes").load()) {
            assertEquals(3, loaded.map("bloom").info().mapExtra());
            assertEquals(7, loaded.map("bloom_of_seven").info().mapExtra());
        }
    }

    @Test
    void typesThatTheKernelRefusesAreLeftOutAndSaidSo() throws IOException {
        try (LoadedObject loaded = object("maps_attributes").load()) {
            assertEquals(List.of("map 'odd_key'"), loaded.adaptations().stream().map(Adaptation::subject).toList());
            assertEquals("created without types of key and value", loaded.adaptations().getFirst().change());
            assertEquals(List.of(0, 0), List.of(loaded.map("odd_key").info().btfId(),
                    loaded.map("odd_key").info().btfKeyTypeId()));
            assertNotEquals(0, loaded.map("on_node").info().btfKeyTypeId());
        }
    }

    @Test
    void ringBufferIsWholePagesAPowerOfTwo() throws IOException {
        int page = Memory.pageSizeBytes();
        try (LoadedObject loaded = object("maps").withMap("events", m -> m.withMaxEntries(2 * page + 1)).load()) {
            assertEquals(4 * page, loaded.map("events").info().maxEntries());
        }
    }

    @Test
    void perfEventArrayHasASlotForEachPossibleCpu() throws IOException {
        try (LoadedObject loaded = object("maps").load()) {
            assertEquals(CpuList.parse(Files.readString(Path.of("/sys/devices/system/cpu/possible"))).count(),
                    loaded.map("samples").info().maxEntries());
        }
    }

    @Test
    void descriptorOfTheCallerIsUsedAndStaysHis() throws IOException {
        try (LoadedObject first = object("maps").load()) {
            int fd = first.map("totals").fd();
            try (LoadedObject second = object("maps").load(LoadOptions.defaults().withMapFd("totals", fd))) {
                assertEquals(first.map("totals").info().id(), second.map("totals").info().id());
                assertNotEquals(fd, second.map("totals").fd());
                assertNotEquals(first.map("untyped").info().id(), second.map("untyped").info().id());
            }
            first.map("totals").update(FIRST, new byte[8], LoadedMap.BPF_ANY);
        }
    }

    @Test
    void descriptorOfADataSectionIsUsed() throws IOException {
        try (LoadedObject first = object("data_sections").load();
                LoadedObject second = object("data_sections").load(
                        LoadOptions.defaults().withMapFd(".bss", first.map(".bss").fd()))) {
            byte[] value = new byte[second.map(".bss").spec().valueSize()];
            value[0] = 5;
            second.map(".bss").update(FIRST, value, LoadedMap.BPF_ANY);
            assertEquals(5, first.map(".bss").lookup(FIRST).orElseThrow()[0]);
        }
    }

    @Test
    void descriptorOfAMapOfAnotherShapeIsRefused() throws IOException {
        try (LoadedObject first = object("maps").load()) {
            LoadOptions options = LoadOptions.defaults().withMapFd("totals", first.map("recent").fd());
            KernelException e = assertThrows(KernelException.class, () -> object("maps").load(options));
            assertEquals(List.of(Step.CREATE_MAP, "map 'totals'"), List.of(e.step(), e.subject()));
            assertTrue(e.getMessage().contains("map of descriptor %d is another one: its type is BPF_MAP_TYPE_LRU_HASH"
                    .formatted(first.map("recent").fd())), e::getMessage);
        }
    }

    @Test
    void descriptorThatIsClosedIsRefused() throws IOException {
        BpfObject object = object("maps");
        KernelException e = assertThrows(KernelException.class,
                () -> object.load(LoadOptions.defaults().withMapFd("totals", Integer.MAX_VALUE)));
        assertEquals(List.of(Step.CREATE_MAP, "map 'totals'", "EBADF"), List.of(e.step(), e.subject(), e.errnoName()));
    }

    @Test
    void typeAndSizesAreWhatTheyWereChangedTo() throws IOException {
        BpfObject changed = object("maps_nested").withMap("first", m -> m.withType(MapType.BPF_MAP_TYPE_HASH)
                .withValueSize(24).withMaxEntries(9).withFlags(MapSpec.BPF_F_NO_PREALLOC))
                .withMap("filled", m -> m.withContents(new MapContents.Empty()));
        try (LoadedObject loaded = changed.load()) {
            MapInfo info = loaded.map("first").info();
            assertEquals(List.of(1, 4, 24, 9, 1), List.of(info.type(), info.keySize(), info.valueSize(),
                    info.maxEntries(), info.flags()));
            assertEquals(24, loaded.map("first").transferSize());
            assertNotEquals(0, loaded.map("second").info().btfValueTypeId());
            assertEquals(0, info.btfValueTypeId());
        }
    }

    @Test
    void mapOfTheCallerDecidesWhatMayBeAdded() throws IOException {
        MapSpec wide = MapSpec.of("wide", MapType.BPF_MAP_TYPE_ARRAY, 4, 16, 2);
        try (LoadedMap like = LoadedMap.create(wide); LoadedMap another = LoadedMap.create(wide);
                LoadedObject loaded = object("maps_nested").load(
                        LoadOptions.defaults().withInnerMapFd("empty", like.fd()))) {
            LoadedMap empty = loaded.map("empty");
            empty.update(new byte[8], bytes(another.fd()), LoadedMap.BPF_ANY);
            assertEquals(another.info().id(), ByteBuffer.wrap(empty.lookup(new byte[8]).orElseThrow())
                    .order(ByteOrder.nativeOrder()).getInt());
            assertEquals("EINVAL", assertThrows(KernelException.class, () -> empty.update(new byte[8],
                    bytes(loaded.map("second").fd()), LoadedMap.BPF_ANY), "that is as the object says").errnoName());
        }
    }

    @Test
    void innerMapsThatCannotBeAreRefused() throws IOException {
        BpfObject object = object("maps_nested");
        KernelException noMaps = assertThrows(KernelException.class,
                () -> object.load(LoadOptions.defaults().withInnerMapFd("first", 5)));
        assertEquals("map 'first': creating the map: its values are no maps, and so it takes no inner map",
                noMaps.getMessage());
        assertEquals("EBADF", assertThrows(KernelException.class,
                () -> object.load(LoadOptions.defaults().withInnerMapFd("empty", Integer.MAX_VALUE))).errnoName());
        assertThrows(NoSuchElementException.class,
                () -> object.load(LoadOptions.defaults().withInnerMapFd("nothing", 5)));
    }

    private static MapSpec resized(MapSpec map, int sizeBytes) {
        MapContents.Data old = (MapContents.Data) map.contents();
        return map.withContents(new MapContents.Data(old.section(), MemorySegment.ofArray(new byte[] {9}), sizeBytes,
                false));
    }

    @Test
    void largerSectionKeepsTheTypeOfItsLastArray() throws IOException {
        try (LoadedObject loaded = object("maps_attributes").withMap(".bss", m -> resized(m, 4 + 4 * 1000)).load()) {
            MapInfo info = loaded.map(".bss").info();
            assertEquals(4004, info.valueSize());
            assertEquals(loaded.object().map(".bss").valueTypeId(), info.btfValueTypeId());
            assertNotEquals(0, info.btfValueTypeId());
            assertEquals(9, loaded.map(".bss").lookup(FIRST).orElseThrow()[0]);
        }
    }

    @Test
    void sectionThatFitsNoArrayLosesItsType() throws IOException {
        try (LoadedObject loaded = object("maps_attributes").withMap(".bss", m -> resized(m, 4 + 4 * 1000 + 1))
                .load()) {
            MapInfo info = loaded.map(".bss").info();
            assertEquals(List.of(4005, 0), List.of(info.valueSize(), info.btfValueTypeId()));
        }
    }
}
