package bpf4j.btf.core;

import static bpf4j.btf.CoreKind.BPF_CORE_FIELD_BYTE_OFFSET;
import static bpf4j.btf.CoreKind.BPF_CORE_FIELD_BYTE_SIZE;
import static bpf4j.btf.CoreKind.BPF_CORE_FIELD_LSHIFT_U64;
import static bpf4j.btf.CoreKind.BPF_CORE_FIELD_RSHIFT_U64;
import static bpf4j.btf.CoreKind.BPF_CORE_FIELD_SIGNED;
import static bpf4j.btf.core.Types.BOOL;
import static bpf4j.btf.core.Types.INT;
import static bpf4j.btf.core.Types.LONG;
import static bpf4j.btf.core.Types.U16;
import static bpf4j.btf.core.Types.U8;
import static bpf4j.btf.core.Types.UINT;
import static bpf4j.btf.core.Types.ULONG;
import static bpf4j.btf.core.Types.VOID_PTR;
import static bpf4j.btf.core.Types.v;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.BtfType;
import bpf4j.btf.CoreKind;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FieldPlaceTest {

    private static final Types TYPES = Types.create();
    private static final int STRUCT = TYPES.struct("s", 24);
    private static final int ENUM = TYPES.enum32("e", v("A", 1));
    private static final int SIGNED_ENUM = TYPES.add(new BtfType.Enum("e", 1, true, List.of(v("A", -1))));
    private static final int SIGNED_ENUM64 = TYPES.add(new BtfType.Enum64("f", 8, true, List.of(v("A", -1))));
    private static final int SIGNED_CHAR = TYPES.integer("char", 1, BtfType.Int.SIGNED | BtfType.Int.CHAR);
    private static final int ROW = TYPES.array(TYPES.array(U16, 3), 2);
    private static final int TYPEDEF = TYPES.typedef("t", TYPES.constant(INT));
    private static final int ITSELF = TYPES.array(TYPES.nextId(), 1);
    private static final int SIZELESS = TYPES.integer("nothing", 0, 0);
    private static final int WIDE = TYPES.integer("__int128", 16, 0);
    private static final Btf BTF = TYPES.build("types");

    /** Left shifts are given for both byte orders; the other numbers do not depend on it. */
    private record Case(int typeId, long offsetBits, int bits, long offsetBytes, long sizeBytes, int signed, long left,
            long leftBigEndian, long right) {
    }

    private static Stream<Case> cases() {
        return Stream.of(
                new Case(INT, 64, 0, 8, 4, 1, 32, 32, 32),
                new Case(UINT, 32, 0, 4, 4, 0, 32, 32, 32),
                new Case(LONG, 128, 0, 16, 8, 1, 0, 0, 0),
                new Case(U8, 24, 0, 3, 1, 0, 56, 56, 56),
                new Case(BOOL, 8, 0, 1, 1, 0, 56, 56, 56),
                new Case(SIGNED_CHAR, 8, 0, 1, 1, 1, 56, 56, 56),
                new Case(TYPEDEF, 64, 0, 8, 4, 1, 32, 32, 32),
                new Case(ENUM, 32, 0, 4, 4, 0, 32, 32, 32),
                new Case(SIGNED_ENUM, 32, 0, 4, 1, 1, 56, 56, 56),
                new Case(SIGNED_ENUM64, 64, 0, 8, 8, 1, 0, 0, 0),
                new Case(VOID_PTR, 64, 0, 8, 8, 0, 0, 0, 0),
                new Case(ROW, 64, 0, 8, 12, 0, -32, -32, -32),
                new Case(STRUCT, 64, 0, 8, 24, 0, -128, -128, -128),
                // Bitfields: within their declared type, aligned down to it.
                new Case(UINT, 35, 5, 4, 4, 0, 56, 35, 59),
                new Case(INT, 68, 28, 8, 4, 1, 32, 36, 36),
                new Case(U8, 13, 3, 1, 1, 0, 56, 61, 61),
                new Case(TYPEDEF, 0, 1, 0, 4, 1, 63, 32, 63),
                new Case(ENUM, 30, 2, 0, 4, 0, 32, 62, 62),
                new Case(ULONG, 64, 64, 8, 8, 0, 0, 0, 0),
                // Across the border of the declared type: a wider load.
                new Case(U8, 6, 5, 0, 2, 0, 53, 54, 59),
                new Case(U8, 14, 5, 0, 4, 0, 45, 46, 59),
                new Case(INT, 90, 10, 8, 8, 1, 28, 26, 54),
                new Case(U16, 30, 4, 0, 8, 0, 30, 30, 60));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void computesAllNumbers(Case c) {
        FieldPlace place = new FieldPlace(BTF, c.typeId, c.offsetBits, c.bits, false);
        Map<CoreKind, Long> same = Map.of(BPF_CORE_FIELD_BYTE_OFFSET, c.offsetBytes,
                BPF_CORE_FIELD_BYTE_SIZE, c.sizeBytes,
                BPF_CORE_FIELD_SIGNED, (long) c.signed, BPF_CORE_FIELD_RSHIFT_U64, c.right);
        for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
            same.forEach((kind, value) -> assertEquals(value, place.value(kind, order), kind + " " + order));
        }
        assertEquals(c.left, place.value(BPF_CORE_FIELD_LSHIFT_U64, ByteOrder.LITTLE_ENDIAN));
        assertEquals(c.leftBigEndian, place.value(BPF_CORE_FIELD_LSHIFT_U64, ByteOrder.BIG_ENDIAN));
    }

    /** The four numbers together must read the bits that BTF speaks of, whatever they are. */
    @ParameterizedTest
    @MethodSource("cases")
    void readsTheBitsOfTheField(Case c) {
        if (c.sizeBytes > 8) {
            return;
        }
        int bits = c.bits == 0 ? (int) c.sizeBytes * 8 : c.bits;
        FieldPlace place = new FieldPlace(BTF, c.typeId, c.offsetBits, c.bits, false);
        for (boolean little : new boolean[] {true, false}) {
            ByteOrder order = little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
            byte[] memory = new byte[64];
            long expected = 0;
            for (int i = 0; i < bits; i++) {
                int at = (int) c.offsetBits + i;
                int set = i % 3 == 0 || i == bits - 1 ? 1 : 0;
                memory[at / 8] |= (byte) (set << (little ? at % 8 : 7 - at % 8));
                expected |= (long) set << (little ? i : bits - 1 - i);
            }
            long loaded = 0;
            int size = (int) place.value(BPF_CORE_FIELD_BYTE_SIZE, order);
            int start = (int) place.value(BPF_CORE_FIELD_BYTE_OFFSET, order);
            for (int i = 0; i < size; i++) {
                loaded |= (memory[start + i] & 0xffL) << 8 * (little ? i : size - 1 - i);
            }
            assertEquals(expected, loaded << place.value(BPF_CORE_FIELD_LSHIFT_U64, order)
                    >>> place.value(BPF_CORE_FIELD_RSHIFT_U64, order), order.toString());
        }
    }

    @Test
    void answersForAnArrayElementItsOffsetAndSizeOnly() {
        FieldPlace place = new FieldPlace(BTF, ROW, 88, 0, true);
        assertEquals(11, place.value(BPF_CORE_FIELD_BYTE_OFFSET, ByteOrder.LITTLE_ENDIAN));
        assertEquals(12, place.value(BPF_CORE_FIELD_BYTE_SIZE, ByteOrder.LITTLE_ENDIAN));
        for (CoreKind kind : List.of(BPF_CORE_FIELD_SIGNED, BPF_CORE_FIELD_LSHIFT_U64, BPF_CORE_FIELD_RSHIFT_U64)) {
            UnresolvableException e = assertThrows(UnresolvableException.class,
                    () -> place.value(kind, ByteOrder.LITTLE_ENDIAN));
            assertEquals(kind + " has no meaning for an array element", e.getMessage());
        }
    }

    @Test
    void refusesABitfieldThatNoLoadCovers() {
        for (FieldPlace place : List.of(new FieldPlace(BTF, LONG, 60, 8, false), new FieldPlace(BTF, U8, 62, 3, false),
                new FieldPlace(BTF, WIDE, 0, 3, false))) {
            assertThrows(UnresolvableException.class,
                    () -> place.value(BPF_CORE_FIELD_BYTE_SIZE, ByteOrder.LITTLE_ENDIAN));
        }
    }

    @Test
    void refusesABitfieldOfNoInteger() {
        for (int typeId : new int[] {STRUCT, VOID_PTR, SIZELESS, ROW, 0}) {
            FieldPlace place = new FieldPlace(BTF, typeId, 0, 3, false);
            assertThrows(BtfFormatException.class,
                    () -> place.value(BPF_CORE_FIELD_BYTE_OFFSET, ByteOrder.LITTLE_ENDIAN));
        }
    }

    @Test
    void accessesTheInnermostElementOfArrays() {
        assertEquals(U16, new FieldPlace(BTF, ROW, 0, 0, false).accessTypeId());
        assertEquals(INT, new FieldPlace(BTF, TYPEDEF, 0, 0, false).accessTypeId());
        assertThrows(BtfFormatException.class, () -> new FieldPlace(BTF, ITSELF, 0, 0, false).accessTypeId());
    }
}
