package bpf4j.btf;

import static bpf4j.btf.BtfHeaderTest.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each kind as it stands in the data, read and written. */
class BtfTypesTest {

    /** Id 1 is a function prototype, so that every kind below has something to refer to. */
    private static final BtfType PROTOTYPE = new BtfType.FuncProto(0, List.of());

    static Stream<Arguments> kindsInBothOrders() {
        List<BtfType> types = List.of(
                new BtfType.Int("int", 4, BtfType.Int.SIGNED, 0, 32),
                new BtfType.Int("bits", 4, BtfType.Int.BOOL, 3, 5),
                new BtfType.Ptr(1),
                new BtfType.Array(1, 1, 0xffff_ffffL),
                new BtfType.Struct("s", 0xffff_fff0L, false, List.of(new BtfType.Member("a", 1, 0xffff_fff8L, 0),
                        new BtfType.Member("", 2, 32, 0))),
                new BtfType.Struct("s", 8, true, List.of(new BtfType.Member("a", 1, 0xffffff, 255),
                        new BtfType.Member("b", 1, 7, 0))),
                new BtfType.Union("u", 4, false, List.of(new BtfType.Member("a", 1, 0, 0))),
                new BtfType.Union("u", 4, true, List.of(new BtfType.Member("a", 1, 3, 1))),
                new BtfType.Enum("e", 4, false, List.of(new BtfType.EnumValue("A", 0xffff_ffffL))),
                new BtfType.Enum("e", 1, true, List.of(new BtfType.EnumValue("A", -1), new BtfType.EnumValue("B", 1))),
                new BtfType.Fwd("f", false),
                new BtfType.Fwd("f", true),
                new BtfType.Typedef("t", 1),
                new BtfType.Volatile(1),
                new BtfType.Const(0),
                new BtfType.Restrict(2),
                new BtfType.Func("f", 1, BtfType.Func.EXTERN),
                new BtfType.FuncProto(2, List.of(new BtfType.Param("a", 1), new BtfType.Param("", 0))),
                new BtfType.Var("v", 1, BtfType.Var.GLOBAL),
                new BtfType.DataSec(".data", 185560, List.of(new BtfType.SectionVar(1, 8, 0xffff_ffffL))),
                new BtfType.Float("double", 8),
                new BtfType.DeclTag("tag", 1, -1, false),
                new BtfType.DeclTag("tag", 1, 7, true),
                new BtfType.TypeTag("rcu", 1, false),
                new BtfType.TypeTag("address_space(1)", 1, true),
                new BtfType.Enum64("e", 8, true, List.of(new BtfType.EnumValue("A", Long.MIN_VALUE))),
                new BtfType.Enum64("e", 8, false, List.of(new BtfType.EnumValue("A", -1),
                        new BtfType.EnumValue("B", 0xffff_ffffL))));
        return types.stream().flatMap(t -> Stream.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)
                .map(order -> Arguments.of(t, order)));
    }

    @ParameterizedTest
    @MethodSource("kindsInBothOrders")
    void writtenAndReadBack(BtfType type, ByteOrder order) {
        BtfBuilder builder = new BtfBuilder();
        builder.add(PROTOTYPE);
        int id = builder.add(type);
        Btf btf = builder.build(order, "test");
        assertEquals(order, btf.order());
        assertEquals(type, btf.type(id));
        assertEquals(type.kind().ordinal(), btf.kindNumber(id));
        assertEquals(type.name(), btf.nameOf(id));
        assertEquals(3, btf.typeCount());
    }

    @Test
    void everyKindIsCovered() {
        assertEquals(BtfKind.count() - 1,
                kindsInBothOrders().map(a -> ((BtfType) a.get()[0]).kind()).distinct().count());
    }

    @Test
    void splitsMemberOffsetByKindFlag() {
        int offset = 5 << 24 | 35;
        int[] members = {1, 2, offset};
        BtfType.Struct flagged = (BtfType.Struct) struct(1 << 31, members).type(1);
        assertEquals(List.of(new BtfType.Member("m", 2, 35, 5)), flagged.members());
        assertTrue(flagged.members().getFirst().isBitfield());
        BtfType.Struct plain = (BtfType.Struct) struct(0, members).type(1);
        assertEquals(List.of(new BtfType.Member("m", 2, offset, 0)), plain.members());
        assertFalse(plain.members().getFirst().isBitfield());
    }

    private static Btf struct(int flag, int... members) {
        return new WireBtf().strings("\0m\0").types(
                0, flag | WireBtf.info(BtfKind.BTF_KIND_STRUCT, 1), 64, members[0], members[1], members[2],
                0, WireBtf.info(BtfKind.BTF_KIND_INT, 0), 4, 32).parse();
    }

    @Test
    void enumIsUnsignedUnlessTheKindFlagSaysOtherwise() {
        int[] body = {0, 0, 4, 1, -1};
        for (boolean signed : new boolean[] {false, true}) {
            body[1] = WireBtf.info(BtfKind.BTF_KIND_ENUM, 1) | (signed ? 1 << 31 : 0);
            BtfType.Enum type = (BtfType.Enum) new WireBtf().strings("\0A\0").types(body).parse().type(1);
            assertEquals(signed, type.signed());
            assertEquals(signed ? -1 : 0xffff_ffffL, type.values().getFirst().value());
        }
    }

    @Test
    void enum64JoinsItsHalvesLowFirst() {
        for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
            WireBtf wire = new WireBtf().strings("\0A\0")
                    .types(0, WireBtf.info(BtfKind.BTF_KIND_ENUM64, 1), 8, 1, 0x89abcdef, 0x01234567);
            wire.order = order;
            BtfType.Enum64 type = (BtfType.Enum64) wire.parse().type(1);
            assertEquals(0x0123456789abcdefL, type.values().getFirst().value());
        }
    }

    @Test
    void intEncodingIsANumber() {
        int encoding = BtfType.Int.BOOL << 24 | 3 << 16 | 5;
        assertEquals(new BtfType.Int("", 1, BtfType.Int.BOOL, 3, 5),
                new WireBtf().types(0, WireBtf.info(BtfKind.BTF_KIND_INT, 0), 1, encoding).parse().type(1));
    }

    @Test
    void countsMembersInTwentyFourBits() {
        List<BtfType.Member> members = IntStream.range(0, 70_000)
                .mapToObj(i -> new BtfType.Member("m", 2, i * 32L, 0)).toList();
        BtfBuilder builder = new BtfBuilder();
        BtfType.Struct large = new BtfType.Struct("large", 280_000, false, members);
        builder.add(large);
        builder.add(new BtfType.Int("int", 4, 1, 0, 32));
        Btf btf = builder.build(ByteOrder.BIG_ENDIAN, "test");
        assertEquals(large, btf.type(1));
        assertEquals("int", btf.nameOf(2));
    }

    @Test
    void hugeCountCostsAnExceptionAndNoMemory() {
        for (BtfKind kind : List.of(BtfKind.BTF_KIND_STRUCT, BtfKind.BTF_KIND_ENUM64, BtfKind.BTF_KIND_FUNC_PROTO,
                BtfKind.BTF_KIND_DATASEC)) {
            assertFails("vlen 16777215 runs past the section end",
                    new WireBtf().types(0, WireBtf.info(kind, 0xffffff), 0, 0, 0, 0));
        }
    }

    @Test
    void refusesTypesCutByTheSectionEnd() {
        assertFails("ends inside the type", new WireBtf().types(0, WireBtf.info(BtfKind.BTF_KIND_PTR, 0)));
        assertFails("runs past", new WireBtf().types(0, WireBtf.info(BtfKind.BTF_KIND_ARRAY, 0), 0, 0, 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 0x7fff_ffff, -1, 1 << 31})
    void referenceOutOfRangeIsAnErrorWhenTheTypeIsReached(int id) {
        Btf btf = new WireBtf().types(0, WireBtf.info(BtfKind.BTF_KIND_PTR, 0), id).parse();
        String message = assertThrows(BtfFormatException.class, () -> btf.type(1)).getMessage();
        assertTrue(message.startsWith(".BTF: type [1] at 0x0: refers to type ["), message);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 0x7fff_ffff, -1})
    void nameOutOfRangeIsAnErrorWhenTheTypeIsReached(int offset) {
        Btf btf = new WireBtf().types(offset, WireBtf.info(BtfKind.BTF_KIND_INT, 0), 4, 32).parse();
        assertThrows(BtfFormatException.class, () -> btf.type(1));
        assertThrows(BtfFormatException.class, () -> btf.nameOf(1));
        assertTrue(btf.find("int", BtfKind.BTF_KIND_INT).isEmpty());
    }

    @Test
    void functionMustPointToAPrototype() {
        Btf btf = new WireBtf().types(
                0, WireBtf.info(BtfKind.BTF_KIND_FUNC, 1), 2,
                0, WireBtf.info(BtfKind.BTF_KIND_INT, 0), 4, 32).parse();
        assertTrue(assertThrows(BtfFormatException.class, () -> btf.type(1)).getMessage()
                .contains("no function prototype"));
    }

    @Test
    void namesMayEndInsideOtherNames() {
        Btf btf = new WireBtf().strings("\0unsigned int\0").types(
                10, WireBtf.info(BtfKind.BTF_KIND_INT, 0), 4, 32).parse();
        assertEquals("int", btf.nameOf(1));
        assertEquals(1, btf.find("int", BtfKind.BTF_KIND_INT).orElseThrow());
    }

    @Test
    void namesAreLimitedInLength() {
        String longest = "n".repeat(Btf.MAX_NAME_BYTES);
        assertEquals(longest, named(longest).nameOf(1));
        assertEquals(longest, named(longest + "\0more").nameOf(1));
        assertEquals(1, named(longest).find(longest, BtfKind.BTF_KIND_FWD).orElseThrow());
        Btf tooLong = named(longest + "n");
        assertThrows(BtfFormatException.class, () -> tooLong.nameOf(1));
        assertThrows(BtfFormatException.class, () -> tooLong.type(1));
        assertEquals(longest + "n", tooLong.stringAt(1));
        assertTrue(tooLong.find(longest + "n", BtfKind.BTF_KIND_FWD).isEmpty());
    }

    private static Btf named(String name) {
        return new WireBtf().strings("\0" + name + "\0")
                .types(1, WireBtf.info(BtfKind.BTF_KIND_FWD, 0), 0).parse();
    }

    @Test
    void namesThatShareBytesInExcessAreAnErrorOfTheirType() {
        int count = 2000;
        int[] words = new int[3 + count * 2];
        words[1] = WireBtf.info(BtfKind.BTF_KIND_ENUM, count);
        words[2] = 4;
        for (int i = 0; i < count; i++) {
            words[3 + i * 2] = 1 + i;
        }
        Btf btf = new WireBtf().strings("\0" + "n".repeat(8000) + "\0").types(words).parse();
        assertTrue(assertThrows(BtfFormatException.class, () -> btf.type(1)).getMessage().contains("add up to"));
    }
}
