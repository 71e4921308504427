package bpf4j.object;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.elf.Elf;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LegacyMapsTest {

    private static byte[] words(int... words) {
        ByteBuffer bytes = ByteBuffer.allocate(words.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (int word : words) {
            bytes.putInt(word);
        }
        return bytes.array();
    }

    private static String refusal(ElfBuilder elf) {
        return assertThrows(ObjectFormatException.class, elf::read).getMessage();
    }

    private static void check(BpfObject object) {
        MapSpec hash = object.map("old_hash");
        assertEquals(List.of(1, 4, 8, 16, 1), List.of(hash.type(), hash.keySize(), hash.valueSize(), hash.maxEntries(),
                hash.flags()));
        MapSpec array = object.map("old_array");
        assertEquals(List.of(2, 4, 40, 2, 0), List.of(array.type(), array.keySize(), array.valueSize(),
                array.maxEntries(),
                array.flags()));
        assertEquals(List.of(new Reference.MapReference(4, "old_hash")),
                object.program("use").function().references().subList(0, 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"maps_legacy-el.o", "maps_legacy-eb.o", "maps_legacy_long-el.o", "maps_legacy_long-eb.o"})
    void fiveFieldsOrMoreZeroOnes(String name) throws IOException {
        check(BpfObject.read(Fixtures.object(name)));
    }

    @Test
    void needNoTypes() throws IOException {
        assertTrue(BpfObject.read(Fixtures.object("no_btf-el.o")).maps().stream()
                .anyMatch(m -> m.contents() instanceof MapContents.Empty));
    }

    @Test
    void fieldAfterTheFifthHasToBeZero() {
        assertTrue(assertThrows(ObjectFormatException.class, () ->
                BpfObject.read(Fixtures.object("maps_legacy_extra-el.o")))
                .getMessage().contains("map 'old_hash': field 6 of struct bpf_map_def is 9"));
        ElfBuilder elf = new ElfBuilder();
        elf.variable("m", elf.data("maps", words(1, 4, 8, 1, 0, 0, -1)), 0, 28);
        assertTrue(refusal(elf).contains("field 7 of struct bpf_map_def is -1"));
    }

    @Test
    void fourFieldsAreTooFew() {
        assertTrue(assertThrows(ObjectFormatException.class, () ->
                BpfObject.read(Fixtures.object("maps_legacy_short-el.o")))
                .getMessage().contains("map 'short_definition': 0x10 bytes at 0x0"));
    }

    /** Assemblers and old compilers give symbols neither type nor size. */
    @Test
    void symbolWithoutTypeAndSizeEndsAtTheNext() {
        ElfBuilder elf = new ElfBuilder();
        int maps = elf.data("maps", words(1, 4, 8, 1, 0, 2, 4, 16, 3, 0, 0));
        elf.symbol("b", maps, 20, 0, Elf.STT_NOTYPE, Elf.STB_GLOBAL, Elf.STV_DEFAULT);
        elf.symbol("a", maps, 0, 0, Elf.STT_NOTYPE, Elf.STB_GLOBAL, Elf.STV_DEFAULT);
        BpfObject object = elf.read();
        assertEquals(List.of("a", "b"), object.maps().stream().map(MapSpec::name).toList());
        assertEquals(3, object.map("b").maxEntries());
    }

    @Test
    void staticMapIsOneToo() {
        ElfBuilder elf = new ElfBuilder();
        int maps = elf.data("maps", words(1, 4, 8, 1, 0));
        elf.symbol("m", maps, 0, 20, Elf.STT_OBJECT, Elf.STB_LOCAL, Elf.STV_DEFAULT);
        elf.sectionSymbol(maps);
        assertEquals(1, elf.read().maps().size());
    }

    @Test
    void runningPastTheSectionIsRefused() {
        for (long[] place : new long[][] {{4, 20}, {20, 20}, {1L << 40, 20}, {-20, 20}, {0, 24}, {0, -20}, {0, 21}}) {
            ElfBuilder elf = new ElfBuilder();
            elf.variable("m", elf.data("maps", words(1, 4, 8, 1, 0)), place[0], place[1]);
            assertTrue(refusal(elf).contains("are no struct bpf_map_def"));
        }
    }

    @Test
    void kernelNameHas15Characters() {
        ElfBuilder elf = new ElfBuilder();
        elf.variable("a_name_of_many_characters", elf.data("maps", words(1, 4, 8, 1, 0)), 0, 20);
        assertEquals("a_name_of_many_", elf.read().maps().getFirst().kernelName());
    }
}
