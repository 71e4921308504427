package bpf4j.object;

import static org.junit.jupiter.api.Assertions.assertEquals;

import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfType;
import bpf4j.insn.Insn;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectReaderTest {

    private static final long EXIT = Insn.of(0x95, 0, 0, 0, 0);
    private static final int DEFINITION_BYTES = 20;

    /** Tools that strip debugging information leave the sections' headers behind. */
    @ParameterizedTest
    @ValueSource(longs = {0, 8, 1L << 40})
    void sectionsOfTypesWithoutFileBytesAreNone(long size) {
        ElfBuilder elf = new ElfBuilder();
        elf.zeroed(".BTF", size);
        elf.zeroed(".BTF.ext", size);
        elf.function("p", elf.code("socket", EXIT), 0, 1);
        BpfObject object = elf.read();
        assertEquals(List.of(Optional.empty(), Optional.empty()), List.of(object.btf(), object.btfExt()));
        assertEquals("p", object.programs().getFirst().name());
    }

    @Test
    void emptySectionsOfTypesAreNone() {
        ElfBuilder elf = new ElfBuilder();
        elf.data(".BTF", new byte[0]);
        elf.data(".BTF.ext", new byte[0]);
        elf.function("p", elf.code("socket", EXIT), 0, 1);
        assertEquals(Optional.empty(), elf.read().btf());
    }

    @Test
    void emptyExtBesideTypesIsNone() {
        BtfBuilder types = new BtfBuilder();
        types.add(new BtfType.Int("int", 4, BtfType.Int.SIGNED, 0, 32));
        ElfBuilder elf = new ElfBuilder().types(types);
        elf.data(".BTF.ext", new byte[0]);
        elf.function("p", elf.code("socket", EXIT), 0, 1);
        BpfObject object = elf.read();
        assertEquals(List.of(true, false), List.of(object.btf().isPresent(), object.btfExt().isPresent()));
    }

    /** The symbol of a section stands at offset 0, where the first function is, and may come before it or after it. */
    @Test
    void symbolOfASectionHidesNoFunction() {
        for (boolean sectionFirst : new boolean[] {true, false}) {
            ElfBuilder elf = new ElfBuilder();
            int section = elf.code("socket", EXIT, EXIT);
            if (sectionFirst) {
                elf.sectionSymbol(section);
            }
            elf.function("first", section, 0, 1);
            elf.function("second", section, 1, 1);
            if (!sectionFirst) {
                elf.sectionSymbol(section);
            }
            assertEquals(List.of("first", "second"), elf.read().programs().stream().map(ProgramSpec::name).toList());
        }
    }

    /** Maps by the hundred, their symbols and the relocations in no order: each load keeps its own map. */
    @Test
    void manyMapsInMixedOrderAreNotConfused() {
        int count = 300;
        Random random = new Random(16);
        ByteBuffer definitions = ByteBuffer.allocate(count * DEFINITION_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            definitions.putInt(2).putInt(4).putInt(8).putInt(i + 1).putInt(0);
        }
        ElfBuilder elf = new ElfBuilder();
        int maps = elf.data("maps", definitions.array());
        long[] code = new long[2 * count + 1];
        for (int i = 0; i < count; i++) {
            code[2 * i] = Insn.of(0x18, 1, 0, 0, 0);
        }
        code[2 * count] = EXIT;
        int section = elf.code("socket", code);
        int[] symbols = new int[count];
        for (int map : shuffled(count, random)) {
            symbols[map] = elf.variable("m" + map, maps, (long) map * DEFINITION_BYTES, DEFINITION_BYTES);
        }
        elf.function("p", section, 0, code.length);
        List<Integer> loads = shuffled(count, random);
        for (int load : shuffled(count, random)) {
            elf.relocation(section, load * 16L, symbols[loads.get(load)]);
        }
        BpfObject object = elf.read();
        assertEquals(
                IntStream.range(0, count).mapToObj(i -> new Reference.MapReference(2 * i, "m" + loads.get(i))).toList(),
                object.program("p").function().references());
        assertEquals(IntStream.range(0, count).boxed().toList(),
                object.maps().stream().map(m -> m.maxEntries() - 1).sorted().toList());
        object.maps().forEach(m -> assertEquals("m" + (m.maxEntries() - 1), m.name()));
    }

    private static List<Integer> shuffled(int count, Random random) {
        List<Integer> numbers = new ArrayList<>(IntStream.range(0, count).boxed().toList());
        Collections.shuffle(numbers, random);
        return numbers;
    }
}
