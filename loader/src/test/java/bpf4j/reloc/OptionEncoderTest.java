package bpf4j.reloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfType;
import bpf4j.object.Extern;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionEncoderTest {

    private static final Btf TYPES = types();

    /** The types of the tables below, by the id that {@link #types()} gives them. */
    private enum C {
        UNUSED, BOOL, CHAR, UCHAR, S16, U16, S32, U32, S64, U64, TRI, TRI64, TEXT4, TEXT1, CONST_TYPEDEF_U32,
        INT128, BOOL4, TRI_SHORT, OTHER_ENUM, BOOLS, INTS, TEXT0, POINTER, STRUCT, FLOAT
    }

    private static Btf types() {
        BtfBuilder b = new BtfBuilder();
        b.add(new BtfType.Int("_Bool", 1, BtfType.Int.BOOL, 0, 8));
        b.add(new BtfType.Int("char", 1, BtfType.Int.SIGNED, 0, 8));
        b.add(new BtfType.Int("unsigned char", 1, 0, 0, 8));
        b.add(new BtfType.Int("short", 2, BtfType.Int.SIGNED, 0, 16));
        b.add(new BtfType.Int("unsigned short", 2, 0, 0, 16));
        b.add(new BtfType.Int("int", 4, BtfType.Int.SIGNED, 0, 32));
        b.add(new BtfType.Int("unsigned int", 4, 0, 0, 32));
        b.add(new BtfType.Int("long", 8, BtfType.Int.SIGNED, 0, 64));
        b.add(new BtfType.Int("unsigned long", 8, 0, 0, 64));
        b.add(new BtfType.Enum("libbpf_tristate", 4, false, List.of(new BtfType.EnumValue("TRI_NO", 0))));
        b.add(new BtfType.Enum64("libbpf_tristate", 8, false, List.of(new BtfType.EnumValue("TRI_NO", 0))));
        b.add(new BtfType.Array(C.CHAR.ordinal(), C.U32.ordinal(), 4));
        b.add(new BtfType.Array(C.CHAR.ordinal(), C.U32.ordinal(), 1));
        int typedef = b.nextId() + 11;
        b.add(new BtfType.Const(typedef));
        b.add(new BtfType.Int("__int128", 16, 0, 0, 128));
        b.add(new BtfType.Int("bool4", 4, BtfType.Int.BOOL, 0, 32));
        b.add(new BtfType.Enum("libbpf_tristate", 2, false, List.of()));
        b.add(new BtfType.Enum("color", 4, false, List.of()));
        b.add(new BtfType.Array(C.BOOL.ordinal(), C.U32.ordinal(), 4));
        b.add(new BtfType.Array(C.U32.ordinal(), C.U32.ordinal(), 4));
        b.add(new BtfType.Array(C.CHAR.ordinal(), C.U32.ordinal(), 0));
        b.add(new BtfType.Ptr(C.CHAR.ordinal()));
        b.add(new BtfType.Struct("s", 4, false, List.of()));
        b.add(new BtfType.Float("float", 4));
        b.add(new BtfType.Typedef("__u32", C.U32.ordinal()));
        return b.build(ByteOrder.nativeOrder(), ".BTF");
    }

    private final List<String> adaptations = new ArrayList<>();

    private static Extern.Kconfig option(C type) {
        return new Extern.Kconfig("CONFIG_X", false, type.ordinal(), 1, (int) TYPES.sizeBytes(type.ordinal()));
    }

    private String encode(C type, String value, ByteOrder order) {
        Extern.Kconfig option = option(type);
        ByteBuffer image = ByteBuffer.allocate(option.sizeBytes() + 2).order(order);
        new OptionEncoder(option, TYPES, image, adaptations).write(value);
        String hex = HexFormat.of().formatHex(image.array());
        assertTrue(hex.startsWith("00") && hex.endsWith("00"), "only the option's own bytes are written: " + hex);
        return hex.substring(2, hex.length() - 2);
    }

    @ParameterizedTest
    @CsvSource({
        "BOOL, y, 01, 01", "BOOL, n, 00, 00", "BOOL, 1, 01, 01", "BOOL, 0, 00, 00",
        "TRI, n, 00000000, 00000000", "TRI, y, 01000000, 00000001", "TRI, m, 02000000, 00000002",
        "TRI64, m, 0200000000000000, 0000000000000002",
        "CHAR, y, 79, 79", "CHAR, n, 6e, 6e", "CHAR, m, 6d, 6d", "UCHAR, m, 6d, 6d",
        "CHAR, 127, 7f, 7f", "CHAR, -128, 80, 80", "UCHAR, 255, ff, ff",
        "S16, -32768, 0080, 8000", "S16, 0x7fff, ff7f, 7fff", "U16, 65535, ffff, ffff", "U16, 0x102, 0201, 0102",
        "S32, -1, ffffffff, ffffffff", "S32, -2147483648, 00000080, 80000000", "S32, 2147483647, ffffff7f, 7fffffff",
        "U32, 250, fa000000, 000000fa", "U32, 0xffffffff, ffffffff, ffffffff", "U32, 017, 0f000000, 0000000f",
        "CONST_TYPEDEF_U32, 0x01020304, 04030201, 01020304",
        "S64, -2, feffffffffffffff, fffffffffffffffe", "U64, 0xdead000000000000, 000000000000adde, dead000000000000",
        "U64, -1, ffffffffffffffff, ffffffffffffffff",
    })
    void convertsStatesAndNumbers(C type, String value, String little, String big) {
        assertEquals(little, encode(type, value, ByteOrder.LITTLE_ENDIAN));
        assertEquals(big, encode(type, value, ByteOrder.BIG_ENDIAN));
        assertEquals(List.of(), adaptations);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '\'', value = {
        "TEXT4, '\"\"', 00000000", "TEXT4, '\"ab\"', 61620000", "TEXT4, '\"abc\"', 61626300",
        "TEXT4, '\"a\"b\"', 61226200", "TEXT1, '\"\"', 00",
    })
    void copiesTexts(C type, String value, String bytes) {
        assertEquals(bytes, encode(type, value, ByteOrder.LITTLE_ENDIAN));
        assertEquals(List.of(), adaptations);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '\'', value = {"TEXT4, '\"abcd\"', 61626300", "TEXT1, '\"a\"', 00"})
    void cutsTextsAndSaysSo(C type, String value, String bytes) {
        assertEquals(bytes, encode(type, value, ByteOrder.LITTLE_ENDIAN));
        assertEquals(1, adaptations.size());
        assertTrue(adaptations.getFirst().contains("CONFIG_X")
                && adaptations.getFirst().contains(value), adaptations::toString);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '\'', value = {
        "BOOL, m, a module", "BOOL, 2, out of range", "BOOL, '\"y\"', not a bool",
        "TRI, 1, not enum", "TRI, '\"m\"', not enum", "TEXT4, y, not an array", "TEXT4, 5, not an array",
        "S32, y, not a signed", "U32, m, not an unsigned", "U64, '\"1\"', not an unsigned",
        "CHAR, 128, out of range", "CHAR, -129, out of range", "UCHAR, 256, out of range", "UCHAR, -1, out of range",
        "S16, 32768, out of range", "S16, -32769, out of range", "U16, 65536, out of range", "U16, -1, out of range",
        "S32, 0xffffffff, out of range", "S32, 2147483648, out of range", "U32, -1, out of range",
        "U32, 4294967296, out of range", "U64, 18446744073709551616, neither",
        "TEXT4, '\"', closing quote", "TEXT4, '\"abc', closing quote",
        "BOOL, yes, neither", "TRI, Y, neither", "U32, 1k, neither", "U32, '', neither",
    })
    void refusesAWrongCombination(C type, String value, String problem) {
        RelocationException e = assertThrows(RelocationException.class,
                () -> encode(type, value, ByteOrder.LITTLE_ENDIAN));
        assertTrue(e.getMessage().startsWith("extern 'CONFIG_X': ") && e.getMessage().contains(problem), e::getMessage);
    }

    @ParameterizedTest
    @EnumSource(value = C.class, names = {
        "INT128", "BOOL4", "TRI_SHORT", "OTHER_ENUM", "BOOLS", "INTS", "TEXT0", "POINTER", "STRUCT", "FLOAT"})
    void refusesATypeThatNoValueFits(C type) {
        RelocationException e = assertThrows(RelocationException.class,
                () -> encode(type, "1", ByteOrder.LITTLE_ENDIAN));
        assertTrue(e.getMessage().contains("declared as"), e::getMessage);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1})
    void writesAnAnswerIntoABool(long answer) {
        ByteBuffer image = ByteBuffer.allocate(2);
        new OptionEncoder(option(C.BOOL), TYPES, image, adaptations).write(answer);
        assertEquals(answer, image.get(1));
    }
}
