package bpf4j.object;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfType;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class VariableTest {

    private static BpfObject read(String name) {
        try {
            return BpfObject.read(Fixtures.object(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final BpfObject object = read("variables-el.o");

    private static long number(BpfObject object, String name) {
        return object.variable(name).readLong(object.initialValue(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"variables-el.o", "variables-eb.o"})
    void initialValuesAreThoseOfTheSource(String file) {
        BpfObject object = read(file);
        List<Long> values = Stream.of("mode", "verbose", "runs", "small", "octet", "port", "depth", "factor", "mask",
                "level", "wide_level", "length", "only_static", "also_static", "first.shared", "second.shared")
                .map(name -> number(object, name)).toList();
        assertEquals(List.of(0L, 0L, 0L, -5L, 200L, 8080L, -300L, 3L, 0xfffffff0L, 7L, 1L << 40, 0L, 5L, 6L, 10L, 20L),
                values);
        assertEquals("hi", object.variable("greeting").readString(object.initialValue("greeting")));
        assertEquals(2, object.initialValue("origin").get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(object.order()), 4));
        assertTrue(object.initialValue("mode").isReadOnly());
    }

    @Test
    void saysWhereAVariableIsAndWhatItIs() {
        Variable verbose = object.variable("verbose");
        assertEquals(List.of(".rodata", object.map(".rodata").name(), 4L, 1L),
                List.of(verbose.section(), verbose.map(), verbose.offsetBytes(), verbose.sizeBytes()));
        assertEquals("const volatile bool verbose", verbose.declaration());
        assertTrue(verbose.readOnly() && verbose.isNumber() && !verbose.isSigned() && !verbose.isText());
        Variable label = object.variable("label");
        assertTrue(label.isText() && !label.isNumber() && !label.readOnly());
        assertTrue(object.variable("small").isSigned() && !object.variable("octet").isSigned());
        assertEquals(21, object.variables().size());
        assertEquals(".bss: __u64 runs, 8 bytes at 0x0", object.variable("runs").toString());
    }

    @ParameterizedTest
    @CsvSource({"mode, -2147483648", "verbose, 1", "runs, -1", "small, -128", "octet, 255", "port, 65535",
        "depth, 32767", "factor, 2147483647", "mask, 4294967295", "level, 7", "wide_level, -1", "only_static, 9",
        "first.shared, -11"})
    void changedNumbersAreACopysOnly(String name, long value) {
        for (BpfObject original : List.of(object, read("variables-eb.o"))) {
            long before = number(original, name);
            BpfObject changed = original.withVariable(name, value);
            assertEquals(value, number(changed, name));
            assertEquals(before, number(original, name));
            for (Variable other : original.variables()) {
                if (!other.name().equals(name)) {
                    assertArrayEquals(original.initialValue(other.name()).toArray(ValueLayout.JAVA_BYTE),
                            changed.initialValue(other.name()).toArray(ValueLayout.JAVA_BYTE), other::toString);
                }
            }
        }
    }

    @Test
    void changedMapKeepsItsTypeAndFlags() {
        MapSpec before = object.map(".bss");
        MapSpec after = object.withVariable("runs", 5).map(".bss");
        assertEquals(before.withContents(after.contents()), after);
        assertEquals(before.valueTypeId(), after.valueTypeId());
        assertSame(object.map(".data"), object.withVariable("runs", 5).map(".data"));
    }

    @Test
    void writesOtherTypesThanNumbers() {
        BpfObject changed = object.withVariable("verbose", true).withVariable("greeting", "grüß")
                .withVariable("label", "1234567").withVariable("origin", new byte[] {1, 2, 3, 4, 5, 6, 7, 8})
                .withVariable("nowhere", MemorySegment.ofArray(new long[] {-1}));
        assertEquals(1, number(changed, "verbose"));
        assertEquals("grüß", changed.variable("greeting").readString(changed.initialValue("greeting")));
        assertEquals("1234567", changed.variable("label").readString(changed.initialValue("label")));
        assertArrayEquals(new byte[] {1, 2, 3, 4, 5, 6, 7, 8},
                changed.initialValue("origin").toArray(ValueLayout.JAVA_BYTE));
        BpfObject shorter = changed.withVariable("label", "");
        assertArrayEquals(new byte[8], shorter.initialValue("label").toArray(ValueLayout.JAVA_BYTE));
    }

    private record Mistake(String message, UnaryOperator<BpfObject> change) {

        @Override
        public String toString() {
            return message;
        }
    }

    static Stream<Mistake> mistakes() {
        return Stream.of(
                new Mistake(".data: variable 'small' (__s8 small, 1 bytes): 128 does not fit, only -128 to 127",
                        o -> o.withVariable("small", 128)),
                new Mistake(".data: variable 'octet' (__u8 octet, 1 bytes): -1 does not fit, only 0 to 255",
                        o -> o.withVariable("octet", -1)),
                new Mistake("mask, 4 bytes): 4294967296 does not fit, only 0 to 4294967295",
                        o -> o.withVariable("mask", 1L << 32)),
                new Mistake("mode, 4 bytes): -2147483649 does not fit, only -2147483648 to 2147483647",
                        o -> o.withVariable("mode", -2147483649L)),
                new Mistake("verbose, 1 bytes): 2 does not fit, only 0 or 1", o -> o.withVariable("verbose", 2)),
                new Mistake("label[8], 8 bytes): it is no number", o -> o.withVariable("label", 1)),
                new Mistake("nowhere, 8 bytes): it is no number", o -> o.withVariable("nowhere", 1)),
                new Mistake("origin, 8 bytes): it is no number", o -> o.withVariable("origin", true)),
                new Mistake("factor, 4 bytes): it is no array of characters", o -> o.withVariable("factor", "1")),
                new Mistake("label[8], 8 bytes): a text of 8 bytes and its NUL do not fit",
                        o -> o.withVariable("label", "12345678")),
                new Mistake("label[8], 8 bytes): the text contains a NUL, which would end it",
                        o -> o.withVariable("label", "a\0b")),
                new Mistake("origin, 8 bytes): 4 bytes are given", o -> o.withVariable("origin", new byte[4])));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void whatDoesNotFitIsRefused(Mistake mistake) {
        String message = assertThrows(IllegalArgumentException.class, () -> mistake.change.apply(object)).getMessage();
        assertTrue(message.endsWith(mistake.message), message);
    }

    @Test
    void readingAsAnotherTypeIsRefused() {
        assertThrows(IllegalArgumentException.class,
                () -> object.variable("factor").readString(object.initialValue("factor")));
        assertThrows(IllegalArgumentException.class,
                () -> object.variable("label").readLong(object.initialValue("label")));
        assertThrows(IllegalArgumentException.class,
                () -> object.variable("factor").readLong(object.initialValue("runs")));
    }

    @Test
    void unknownNamesGetNearOnes() {
        assertEquals("variables-el: no variable 'verbos' among the 21 that the object's types describe; near: verbose",
                assertThrows(NoSuchElementException.class, () -> object.withVariable("verbos", 1)).getMessage());
        assertTrue(assertThrows(NoSuchElementException.class, () -> read("no_btf_data-el.o").variable("counter"))
                .getMessage().contains("among the 0"));
    }

    @Test
    void aNameMayHaveItsSectionBeforeIt() {
        assertEquals(object.variable("mode"), object.variable(".rodata:mode"));
        assertThrows(NoSuchElementException.class, () -> object.variable(".data:mode"));
    }

    @Test
    void variablesOfOneNameAreToldApartBySection() {
        BtfBuilder types = new BtfBuilder();
        int number = types.add(new BtfType.Int("int", 4, BtfType.Int.SIGNED, 0, 32));
        int variable = types.add(new BtfType.Var("same", number, BtfType.Var.STATIC));
        int one = types.add(new BtfType.DataSec(".data", 8, List.of(new BtfType.SectionVar(variable, 4, 4))));
        int two = types.add(new BtfType.DataSec(".bss", 8, List.of(new BtfType.SectionVar(variable, 0, 4),
                new BtfType.SectionVar(variable, 4, 4))));
        Btf btf = types.build(ByteOrder.nativeOrder(), "types");
        BpfObject object = BpfObject.builder("linked").types(btf).map(data(".data", one)).map(data(".bss", two))
                .build();
        assertEquals("linked: there are 3 variables 'same', in [.data, .bss, .bss]: name the section too, as in "
                + "'.data:same'",
                assertThrows(IllegalArgumentException.class, () -> object.variable("same")).getMessage());
        assertEquals(4, object.variable(".data:same").offsetBytes());
        assertThrows(IllegalArgumentException.class, () -> object.variable(".bss:same"));
        BpfObject changed = object.withVariable(".data:same", 3);
        assertEquals(3, number(changed, ".data:same"));
    }

    private static MapSpec data(String section, int typeId) {
        return MapSpec.of(section, MapType.BPF_MAP_TYPE_ARRAY, 4, 8, 1).withValueType(typeId)
                .withContents(new MapContents.Data(section, MemorySegment.ofArray(new byte[0]), 8, false))
                .withValueType(typeId);
    }

    @Test
    void sectionThatIsCutLosesTheVariablesBehindTheCut() {
        BpfObject cut = object.withMap(".data", map -> map.withContents(
                new MapContents.Data(".data", MemorySegment.ofArray(new byte[8]), 8, false)));
        assertEquals(0, number(cut, "depth"));
        assertThrows(NoSuchElementException.class, () -> cut.variable("factor"));
    }

    @Test
    void optionsOfTheKernelHaveNoValueBeforeLoad() {
        BpfObject object = read("extern_kconfig-el.o");
        Variable version = object.variable("LINUX_KERNEL_VERSION");
        assertEquals(".kconfig", version.section());
        assertTrue(version.readOnly());
        assertThrows(IllegalArgumentException.class, () -> object.initialValue("LINUX_KERNEL_VERSION"));
        assertThrows(IllegalArgumentException.class, () -> object.withVariable("LINUX_KERNEL_VERSION", 5));
    }

    @Test
    void variablesOfAnArenaAreThereToo() {
        BpfObject object = read("maps_arena-el.o");
        assertEquals(Optional.of(".addr_space.1"), object.variables().stream().map(Variable::section).findFirst());
        assertEquals(41, number(object, "counter"));
        BpfObject changed = object.withVariable("counter", 100);
        assertEquals(100, number(changed, "counter"));
        assertEquals("arena", changed.variable("counter").map());
        assertFalse(changed.variable("counter").readOnly());
    }

    @ParameterizedTest
    @ValueSource(strings = {"variables-el.o", "variables-eb.o"})
    void placesThatAreNotAlignedAreReadAsWell(String file) {
        BpfObject object = read(file);
        try (Arena arena = Arena.ofConfined()) {
            for (String name : List.of("small", "port", "factor", "runs")) {
                Variable variable = object.variable(name);
                for (int offset = 0; offset < 3; offset++) {
                    MemorySegment place = arena.allocate(16, 8).asSlice(offset, variable.sizeBytes());
                    variable.write(place, 77);
                    assertEquals(77, variable.readLong(place));
                    byte[] bytes = ByteBuffer.allocate(8).order(object.order()).putLong(77).array();
                    byte[] expected = object.order() == ByteOrder.BIG_ENDIAN
                            ? Arrays.copyOfRange(bytes, 8 - (int) variable.sizeBytes(), 8)
                            : Arrays.copyOf(bytes, (int) variable.sizeBytes());
                    assertArrayEquals(expected, place.toArray(ValueLayout.JAVA_BYTE), () -> name);
                }
            }
        }
    }
}
