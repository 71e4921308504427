package bpf4j.object;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfType;
import bpf4j.elf.Elf;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MapDefinitionsTest {

    private static final int HASH = 1;
    private static final int ARRAY = 2;
    private static final int PROG_ARRAY = 3;
    private static final int ARRAY_OF_MAPS = 12;
    private static final int BPF_F_NUMA_NODE = 4;

    /** One map definition, written member by member. */
    private static final class Definition {

        private final BtfBuilder types = new BtfBuilder();
        private final int intId = types.add(new BtfType.Int("int", 4, BtfType.Int.SIGNED, 0, 32));
        private final List<BtfType.Member> members = new ArrayList<>();
        private int linkage = BtfType.Var.GLOBAL;
        private int visibility = Elf.STV_DEFAULT;
        private boolean typedef;
        private int sectionBytes = -1;

        private int ptr(int typeId) {
            return types.add(new BtfType.Ptr(typeId));
        }

        private int array(int elementId, long count) {
            return types.add(new BtfType.Array(elementId, intId, count));
        }

        Definition member(String name, int typeId) {
            members.add(new BtfType.Member(name, typeId, members.size() * 64L, 0));
            return this;
        }

        Definition number(String name, long value) {
            return member(name, ptr(array(intId, value)));
        }

        Definition type(String name, int sizeBytes) {
            return member(name, ptr(array(types.add(new BtfType.Int("char", 1, 0, 0, 8)), sizeBytes)));
        }

        Definition inner(Consumer<Definition> fill) {
            List<BtfType.Member> own = new ArrayList<>(members);
            members.clear();
            fill.accept(this);
            int template = types.add(new BtfType.Struct("template", members.size() * 8L, false, members));
            members.clear();
            members.addAll(own);
            return member("values", array(ptr(template), 0));
        }

        MapSpec read() {
            return object().map("m");
        }

        private BpfObject object() {
            int size = members.size() * 8;
            int struct = types.add(new BtfType.Struct("", size, false, members));
            if (typedef) {
                struct = types.add(new BtfType.Typedef("map_t", struct));
            }
            int var = types.add(new BtfType.Var("m", struct, linkage));
            types.add(new BtfType.DataSec(".maps", 0, List.of(new BtfType.SectionVar(var, 0, size))));
            ElfBuilder elf = new ElfBuilder();
            int section = elf.data(".maps", new byte[sectionBytes < 0 ? size : sectionBytes]);
            elf.symbol("m", section, 0, size, Elf.STT_OBJECT, Elf.STB_GLOBAL, visibility);
            return elf.types(types).read();
        }
    }

    private static Definition of(int type) {
        return new Definition().number("type", type);
    }

    @Test
    void numbersAreArrayLengthsAndTypesPointerTargets() {
        Definition definition = of(HASH).number("max_entries", 128).number("map_flags", 1).type("key", 6)
                .type("value", 9);
        MapSpec map = definition.read();
        assertEquals("m", map.name());
        assertTrue(map.is(MapType.BPF_MAP_TYPE_HASH));
        assertEquals(List.of(6, 9, 128, 1), List.of(map.keySize(), map.valueSize(), map.maxEntries(), map.flags()));
        assertEquals(((BtfType.Ptr) definition.types.get(definition.members.get(3).typeId())).typeId(),
                map.keyTypeId());
        assertEquals(((BtfType.Ptr) definition.types.get(definition.members.get(4).typeId())).typeId(),
                map.valueTypeId());
        assertTrue(map.create());
        assertFalse(map.pinByName());
    }

    @Test
    void sizesNeedNoTypes() {
        MapSpec map = of(HASH).number("key_size", 6).number("value_size", 9).read();
        assertEquals(List.of(6, 9, 0, 0), List.of(map.keySize(), map.valueSize(), map.keyTypeId(), map.valueTypeId()));
    }

    @Test
    void keyWithoutValueIsEnough() {
        MapSpec map = of(HASH).type("key", 6).read();
        assertEquals(List.of(6, 0, 0), List.of(map.keySize(), map.valueSize(), map.valueTypeId()));
    }

    @Test
    void sizeAndTypeMayAgree() {
        assertEquals(8, of(HASH).number("key_size", 8).type("key", 8).read().keySize());
        assertEquals(8, of(HASH).type("key", 8).number("key_size", 8).read().keySize());
    }

    @Test
    void definitionMayHaveATypedef() {
        Definition definition = of(HASH).number("key_size", 4);
        definition.typedef = true;
        assertEquals(4, definition.read().keySize());
    }

    @Test
    void numaNodeSetsItsFlag() {
        MapSpec map = of(HASH).number("numa_node", 3).number("map_flags", 1).read();
        assertEquals(List.of(3, 1 | BPF_F_NUMA_NODE), List.of(map.numaNode(), map.flags()));
        assertEquals(BPF_F_NUMA_NODE, of(HASH).number("numa_node", 0).read().flags());
        assertEquals(0, of(HASH).read().flags());
    }

    @Test
    void mapExtraHas64BitsByAnEnumeration() {
        Definition definition = of(HASH);
        definition.member("map_extra", definition.types.add(new BtfType.Enum64("", 8, false,
                List.of(new BtfType.EnumValue("__map_extra", 0x1234_5678_9abcL)))));
        assertEquals(0x1234_5678_9abcL, definition.read().mapExtra());
        assertEquals(5, of(HASH).number("map_extra", 5).read().mapExtra());
    }

    @Test
    void pinsByName() {
        assertTrue(of(HASH).number("pinning", 1).read().pinByName());
        assertFalse(of(HASH).number("pinning", 0).read().pinByName());
    }

    @Test
    void valuesGiveTheTemplateOfInnerMaps() {
        MapSpec map = of(ARRAY_OF_MAPS).number("max_entries", 2)
                .inner(d -> d.number("type", ARRAY).number("max_entries", 3).type("key", 4).type("value", 8)).read();
        assertEquals(List.of(4, 4, 2), List.of(map.keySize(), map.valueSize(), map.maxEntries()));
        MapSpec inner = map.inner().orElseThrow();
        assertEquals(List.of("m.inner", ARRAY, 4, 8, 3),
                List.of(inner.name(), inner.type(), inner.keySize(), inner.valueSize(), inner.maxEntries()));
    }

    @Test
    void innerNameIsCutForTheKernelOnly() throws IOException {
        BpfObject object = BpfObject.read(Fixtures.object("maps_nested-el.o"));
        assertEquals("filled.inner", object.map("filled").inner().orElseThrow().name());
        assertEquals(15, MapDefinitions.kernelName("a_very_long_name.inner").length());
    }

    @Test
    void slotsHaveTheirNames() throws IOException {
        assertEquals(new MapContents.Slots(Map.of(0, "first", 2, "second", 3, "first")),
                BpfObject.read(Fixtures.object("maps_nested-el.o")).map("filled").contents());
        assertEquals(new MapContents.Slots(Map.of(0, "accept_all", 2, "refuse_all")),
                BpfObject.read(Fixtures.object("maps_prog_array-el.o")).map("jumps").contents());
        assertEquals(new MapContents.Empty(),
                BpfObject.read(Fixtures.object("maps_nested-el.o")).map("empty").contents());
    }

    private record Refused(String name, Definition definition, String words) {

        @Override
        public String toString() {
            return name;
        }
    }

    private static Refused refused(String name, Definition definition, String words) {
        return new Refused(name, definition, words);
    }

    private static Refused refused(String name, String words, Consumer<Definition> change) {
        Definition definition = of(HASH);
        change.accept(definition);
        return new Refused(name, definition, words);
    }

    static Stream<Refused> refused() {
        return Stream.of(
                refused("no type", new Definition().number("key_size", 4), "map 'm': the definition has no 'type'"),
                refused("unknown member", of(HASH).number("colour", 4), "map 'm': member 'colour'"),
                refused("unnamed member", of(HASH).number("", 4), "map 'm': member ''"),
                refused("key size twice", of(HASH).number("key_size", 8).type("key", 4), "'key_size' is both 8 and 4"),
                refused("value size twice", of(HASH).type("value", 4).number("value_size", 8),
                "'value_size' is both 4 and 8"),
                refused("pinning", of(HASH).number("pinning", 2), "pinning 2 is not known"),
                refused("number that is no pointer", "'max_entries' is no pointer",
                d -> d.member("max_entries", d.intId)),
                refused("number that points to no array", "'max_entries' does not point to an array",
                        d -> d.member("max_entries", d.ptr(d.intId))),
                refused("key that is no pointer", "'key' is no pointer", d -> d.member("key", d.intId)),
                refused("key without size", "type [", d -> d.member("key", d.ptr(0))),
                refused("static variable", "a map must be a global variable", d -> d.linkage = BtfType.Var.STATIC),
                refused("hidden variable", "a map must be a global variable", d -> d.visibility = Elf.STV_HIDDEN),
                refused("past the section's end", "runs past the end at 0x4", d -> d.sectionBytes = 4),
                refused("values of a hash", of(HASH).inner(d -> d.number("type", ARRAY)),
                "maps of maps and program arrays"),
                refused("values not last", of(ARRAY_OF_MAPS).inner(d -> d.number("type", ARRAY))
                .number("max_entries", 1),
                        "'values' is not the last member"),
                refused("inner of inner", of(ARRAY_OF_MAPS).inner(d -> d.number("type", ARRAY_OF_MAPS)
                        .inner(e -> e.number("type", ARRAY))), "inner maps cannot hold maps themselves"),
                refused("pinned inner", of(ARRAY_OF_MAPS).inner(d -> d.number("type", ARRAY).number("pinning", 1)),
                        "an inner map cannot be pinned"),
                refused("inner without type", of(ARRAY_OF_MAPS).inner(d -> d.number("max_entries", 1)),
                "has no 'type'"),
                refused("value size of maps", of(ARRAY_OF_MAPS).number("value_size", 8)
                .inner(d -> d.number("type", ARRAY)),
                        "'value_size' is both 8 and 4"),
                values("values of a size", d -> d.array(d.ptr(0), 2), "no flexible array of pointers"),
                values("values of no pointers", d -> d.array(d.intId, 0), "no flexible array of pointers"),
                values("values of numbers", d -> d.array(d.ptr(d.intId), 0), "does not point to a map definition"),
                programs("programs of numbers", d -> d.array(d.ptr(d.intId), 0), "does not point to a function"));
    }

    private interface Shape {
        int of(Definition definition);
    }

    private static Refused values(String name, Shape shape, String words) {
        Definition definition = of(ARRAY_OF_MAPS);
        return new Refused(name, definition.member("values", shape.of(definition)), words);
    }

    private static Refused programs(String name, Shape shape, String words) {
        Definition definition = of(PROG_ARRAY);
        return new Refused(name, definition.member("values", shape.of(definition)), words);
    }

    @ParameterizedTest
    @MethodSource
    void refused(Refused c) {
        RuntimeException e = assertThrows(RuntimeException.class, c.definition::object);
        assertTrue(e instanceof ObjectFormatException || e instanceof bpf4j.btf.BtfFormatException, e::toString);
        assertTrue(e.getMessage().startsWith("test.o: ") && e.getMessage().contains(c.words), e::getMessage);
    }

    /** One relocation into a program array of two slots: where it may point, and where not. */
    private static BpfObject slot(long offset, OptionalInt toMap) {
        Definition d = of(PROG_ARRAY);
        d.member("values", d.array(d.ptr(d.types.add(new BtfType.FuncProto(0, List.of()))), 0));
        int struct = d.types.add(new BtfType.Struct("", 16, false, d.members));
        int var = d.types.add(new BtfType.Var("m", struct, BtfType.Var.GLOBAL));
        d.types.add(new BtfType.DataSec(".maps", 0, List.of(new BtfType.SectionVar(var, 0, 32))));
        ElfBuilder elf = new ElfBuilder();
        int maps = elf.data(".maps", new byte[32]);
        int code = elf.code("socket", 0x95);
        int map = elf.variable("m", maps, 0, 32);
        int program = elf.function("p", code, 0, 1);
        return elf.relocation(maps, offset, toMap.isPresent() ? map : program).types(d.types).read();
    }

    @Test
    void slotIsCountedFromValues() {
        assertEquals(new MapContents.Slots(Map.of(2, "p")), slot(24, OptionalInt.empty()).map("m").contents());
    }

    @Test
    void relocationHasToBeASlotAndPointToWhatTheMapHolds() {
        assertTrue(assertThrows(ObjectFormatException.class, () -> slot(0, OptionalInt.empty())).getMessage()
                .contains("it is no slot of map 'm'"));
        assertTrue(assertThrows(ObjectFormatException.class, () -> slot(12, OptionalInt.empty())).getMessage()
                .contains("it is no slot of map 'm'"));
        assertTrue(assertThrows(ObjectFormatException.class, () -> slot(32, OptionalInt.empty())).getMessage()
                .contains("it belongs to no map"));
        assertTrue(assertThrows(ObjectFormatException.class, () -> slot(16, OptionalInt.of(1))).getMessage()
                .contains("map 'm' cannot hold 'm'"));
    }
}
