package bpf4j.object;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class BpfObjectTest {

    private static BpfObject read(String name) {
        try {
            return BpfObject.read(Fixtures.object(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void changedMapIsACopysOnly() {
        BpfObject object = read("maps-el.o");
        BpfObject changed = object.withMap("flows", m -> m.withMaxEntries(64).withFlags(0));
        assertEquals(List.of(64, 0), List.of(changed.map("flows").maxEntries(), changed.map("flows").flags()));
        assertEquals(List.of(128, 1), List.of(object.map("flows").maxEntries(), object.map("flows").flags()));
        assertSame(object.map("totals"), changed.map("totals"));
        assertSame(object.functions().getFirst(), changed.functions().getFirst());
        assertEquals(object.maps().stream().map(MapSpec::name).toList(),
                changed.maps().stream().map(MapSpec::name).toList());
    }

    @Test
    void changesOfMaps() {
        BpfObject object = read("maps-el.o").withMap("flows", m -> m.withPinPath(Path.of("/pin")).withCreate(false));
        assertEquals(Optional.of(Path.of("/pin")), object.map("flows").pinPath());
        assertEquals(false, object.map("flows").create());
    }

    @Test
    void sizesOfMapsTakeTheirTypesAlong() {
        MapSpec flows = read("maps-el.o").map("flows");
        assertNotEquals(0, flows.keyTypeId());
        assertNotEquals(0, flows.valueTypeId());
        assertEquals(flows, flows.withKeySize(flows.keySize()).withValueSize(flows.valueSize()));
        MapSpec changed = flows.withType(MapType.BPF_MAP_TYPE_LRU_HASH).withKeySize(12);
        assertEquals(List.of(9, 12, 0, flows.valueSize(), flows.valueTypeId()), List.of(changed.type(),
                changed.keySize(), changed.keyTypeId(), changed.valueSize(), changed.valueTypeId()));
        assertEquals(List.of(100, 0), List.of(flows.withValueSize(100).valueSize(),
                flows.withValueSize(100).valueTypeId()));
        MapSpec data = read("data_sections-el.o").map(".data");
        assertThrows(IllegalArgumentException.class, () -> data.withValueSize(100));
        assertEquals(7, flows.withMapExtra(7).mapExtra());
        MapSpec near = flows.withFlags(1).withNumaNode(0);
        assertEquals(List.of(0, 1 | MapSpec.BPF_F_NUMA_NODE), List.of(near.numaNode(), near.flags()));
    }

    @Test
    void mapOfADataSectionIsFoundByTheSection() {
        BpfObject object = read("data_sections-el.o");
        assertEquals("data_sec.data", object.map(".data").name());
        assertSame(object.map(".bss"), object.map(object.map(".bss").name()));
        assertTrue(read("extern_kconfig-el.o").map(".kconfig").contents() instanceof MapContents.Kconfig);
        assertNotSame(object.map(".data"), object.withMap(".data", m -> m.withFlags(1)).map(".data"));
    }

    @Test
    void newContentsOfAnotherSizeLoseTheirType() {
        MapSpec data = read("data_sections-el.o").map(".data");
        assertTrue(data.valueTypeId() != 0);
        MapContents.Data old = (MapContents.Data) data.contents();
        MapSpec same = data.withContents(new MapContents.Data(old.section(), MemorySegment.NULL, old.sizeBytes(),
                false));
        assertEquals(data.valueTypeId(), same.valueTypeId());
        MapSpec larger = data.withContents(new MapContents.Data(old.section(), MemorySegment.NULL, 4096, false));
        assertEquals(List.of(4096, 0), List.of(larger.valueSize(), larger.valueTypeId()));
    }

    @Test
    void mapCannotBeRenamed() {
        BpfObject object = read("maps-el.o");
        assertThrows(IllegalArgumentException.class, () -> object.withMap("flows", _ -> object.map("totals")));
        assertThrows(NullPointerException.class, () -> object.withMap("flows", _ -> null));
    }

    @Test
    void changedProgramIsACopysOnly() {
        BpfObject object = read("programs_one_section-el.o");
        String name = object.programs().get(1).name();
        BpfObject changed = object.withProgram(name, p -> p.withAutoload(false).withAttachTarget("target")
                .withType(ProgramType.BPF_PROG_TYPE_XDP, Optional.of(AttachType.BPF_XDP)));
        ProgramSpec program = changed.program(name);
        assertEquals(List.of(false, Optional.of("target"), ProgramType.BPF_PROG_TYPE_XDP,
                Optional.of(AttachType.BPF_XDP)),
                List.of(program.autoload(), program.attachTarget(), program.type(), program.attachType()));
        assertTrue(object.program(name).autoload());
        assertSame(object.programs().get(0), changed.programs().get(0));
        assertThrows(IllegalArgumentException.class, () -> object.withProgram(name, _ -> object.programs().get(0)));
    }

    @Test
    void nameThatIsNotThereListsThoseThatAre() {
        BpfObject object = read("maps-el.o");
        assertTrue(assertThrows(NoSuchElementException.class, () -> object.map("nothing")).getMessage()
                .contains("no map 'nothing', only [flows, totals"));
        assertTrue(assertThrows(NoSuchElementException.class, () -> object.program("nothing")).getMessage()
                .contains("no program 'nothing', only [count]"));
        assertThrows(NoSuchElementException.class, () -> object.withMap("nothing", m -> m));
        assertThrows(NoSuchElementException.class, () -> object.withProgram("nothing", p -> p));
    }

    @Test
    void licenses() {
        assertEquals("GPL", read("maps-el.o").license());
        assertEquals("", read("license_none-el.o").license());
        assertEquals("GPL", read("license_no_nul-el.o").license());
        assertEquals(127, read("license_long-el.o").license().length());
    }

    @Test
    void versionHasTheObjectsByteOrder() {
        OptionalInt little = read("license_long-el.o").kernelVersion();
        assertTrue(little.isPresent());
        assertEquals(little, read("license_long-eb.o").kernelVersion());
        assertEquals(OptionalInt.empty(), read("maps-el.o").kernelVersion());
    }

    @Test
    void partsMayBeMissing() {
        assertTrue(read("no_btf_data-el.o").btf().isEmpty());
        assertTrue(read("btf_without_ext-el.o").btfExt().isEmpty());
        BpfObject ext = read("ext_without_btf-el.o");
        assertTrue(ext.btf().isEmpty() && ext.btfExt().isEmpty());
        BpfObject empty = read("empty-el.o");
        assertEquals(List.of(0, 0, 0), List.of(empty.programs().size(), empty.maps().size(), empty.functions().size()));
    }

    @Test
    void machineNoneIsBpfToo() {
        assertEquals(3, read("machine_none-el.o").programs().size());
    }
}
