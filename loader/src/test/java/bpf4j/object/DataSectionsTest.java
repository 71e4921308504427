package bpf4j.object;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.elf.ElfFile;
import bpf4j.testdata.Fixtures;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataSectionsTest {

    private static final int MMAPABLE = MapSpec.BPF_F_MMAPABLE;
    private static final int READ_ONLY = MapSpec.BPF_F_RDONLY_PROG;

    private static BpfObject fixture(String name, String as) {
        return BpfObject.parse(ElfFile.parse(MemorySegment.ofArray(Fixtures.bytes("obj/" + name)), as));
    }

    @ParameterizedTest
    @CsvSource({"bpf_dctcp,.data,bpf_dctc.data", "bpf_dctcp,.rodata,bpf_dctc.rodata", "bpf_dctcp,.bss,bpf_dctc.bss",
        "bpf_dctcp,.kconfig,bpf_dct.kconfig", "x,.data,x.data", "x,.bss,x.bss", "'',.bss,.bss",
        "bpf_dctcp,.data.custom,.data.custom", "bpf_dctcp,.bss.averyveryverylong,.bss.averyveryv",
        "bpf_dctcp,.rodata.str1.1,.rodata.str1.1", "a-b c,.bss,a_b_c.bss", "ünde,.data,_nde.data",
        "obj,.data.a-b,.data.a_b"})
    void kernelName(String object, String section, String name) {
        assertEquals(name, DataSections.kernelName(object, section));
        assertTrue(name.length() <= DataSections.MAX_KERNEL_NAME);
    }

    @Test
    void objectNameEndsAtTheFirstDotAndHas15Characters() {
        assertEquals("bpf_dctcp", fixture("data_sections-el.o", "bpf_dctcp.bpf.o").name());
        assertEquals("a_very_long_nam", fixture("data_sections-el.o", "a_very_long_name_indeed.o").name());
        assertEquals("noextension", fixture("data_sections-el.o", "noextension").name());
    }

    @Test
    void mapsOfAllSections() {
        BpfObject object = fixture("data_sections-el.o", "bpf_dctcp.bpf.o");
        assertEquals(List.of("bpf_dctc.data", "bpf_dctc.rodata", ".data.custom", ".rodata.custom", ".rodata.str1.1",
                "bpf_dctc.bss", ".bss.custom"), object.maps().stream().map(MapSpec::name).toList());
        for (String section : List.of(".data", ".bss", ".data.custom", ".bss.custom")) {
            assertEquals(MMAPABLE, object.map(section).flags(), section);
        }
        assertEquals(MMAPABLE | READ_ONLY, object.map(".rodata").flags());
        assertEquals(MMAPABLE | READ_ONLY, object.map(".rodata.custom").flags());
        // No variable is there that anybody could want to see, and no type either.
        assertEquals(READ_ONLY, object.map(".rodata.str1.1").flags());
        assertEquals(0, object.map(".rodata.str1.1").valueTypeId());
        for (MapSpec map : object.maps()) {
            assertEquals(List.of(4, 1, 0), List.of(map.keySize(), map.maxEntries(), map.keyTypeId()));
            assertTrue(map.is(MapType.BPF_MAP_TYPE_ARRAY));
            MapContents.Data data = (MapContents.Data) map.contents();
            assertEquals(map.valueSize(), data.sizeBytes());
            assertEquals(data.section().startsWith(".rodata"), data.frozen());
            assertEquals(data.section().startsWith(".bss") ? 0 : map.valueSize(), data.bytes().byteSize());
        }
    }

    @Test
    void contentsAreTheSectionsBytes() {
        MapContents.Data data = (MapContents.Data) fixture("data_sections-eb.o", "x.o").map(".data.custom").contents();
        assertEquals(5, data.bytes().get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(java.nio.ByteOrder.BIG_ENDIAN), 0));
    }

    @Test
    void sectionsThatOnlyLookLikeData() {
        ElfBuilder elf = new ElfBuilder();
        elf.data(".database", new byte[4]);
        elf.data(".rodatax", new byte[4]);
        elf.data(".bss", new byte[4]);
        elf.zeroed(".data", 4);
        elf.data(".data.empty", new byte[0]);
        elf.zeroed(".bss.", 4);
        assertEquals(List.of(".bss."), elf.read().maps().stream().map(MapSpec::name).toList());
    }

    @Test
    void sizeOfBssIsTheHeadersNotTheFiles() {
        ElfBuilder elf = new ElfBuilder();
        elf.zeroed(".bss", 100_000);
        assertEquals(100_000, elf.read().map(".bss").valueSize());
    }

    @Test
    void sizeIsBounded() {
        ElfBuilder elf = new ElfBuilder();
        elf.zeroed(".bss", 0x8000_0000L);
        assertTrue(assertThrows(ObjectFormatException.class, elf::read).getMessage()
                .contains(".bss: size 0x80000000 is more than a map's value can have"));
    }

    @Test
    void twoMapsOfOneNameAreRefused() {
        ElfBuilder elf = new ElfBuilder();
        elf.data(".data", new byte[4]);
        elf.data(".data", new byte[4]);
        assertTrue(assertThrows(ObjectFormatException.class, elf::read).getMessage()
                .contains("map 'test.data': there are two of that name"));
    }
}
