package bpf4j.map;

import static bpf4j.map.CodecTest.bytes;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RecordCodecTest {

    record Scalars(byte tiny, long wide, boolean flag, short small, int middle, char unsigned) {
    }

    record Point(short x, short y) {
    }

    record Shape(byte kind, Point center, @Length(8) String name, @Length(3) int[] sides, @Length(2) Point[] corners,
            @Length(3) byte[] raw, @Length(2) short[] shorts, @Length(1) long[] longs) {
    }

    private record Hidden(int value) {
    }

    record Positive(int value) {
        Positive {
            if (value <= 0) {
                throw new IllegalArgumentException("not positive: " + value);
            }
        }
    }

    private static final Shape SHAPE = new Shape((byte) 1, new Point((short) -1, (short) 2), "square",
            new int[] {3, -4, 5}, new Point[] {new Point((short) 6, (short) 7), new Point((short) 8, (short) 9)},
            new byte[] {1, 2, 3}, new short[] {10, 11}, new long[] {12});

    /** Offsets as the C compiler of a 64-bit machine has them: 0, 8, 16, 18, 20, 24, and 32 bytes in all. */
    @Test
    void componentsAreAlignedAsMembersOfAStruct() {
        Codec<Scalars> codec = Codec.of(Scalars.class);
        assertEquals(32, codec.sizeBytes());
        assertEquals(8, codec.alignmentBytes());
        Scalars value = new Scalars((byte) -1, Long.MIN_VALUE, true, (short) -300, 70000, '\uffff');
        MemorySegment written = MemorySegment.ofArray(bytes(codec, value));
        assertEquals(-1, written.get(ValueLayout.JAVA_BYTE, 0));
        assertEquals(Long.MIN_VALUE, written.get(ValueLayout.JAVA_LONG_UNALIGNED, 8));
        assertEquals(1, written.get(ValueLayout.JAVA_BYTE, 16));
        assertEquals(-300, written.get(ValueLayout.JAVA_SHORT_UNALIGNED, 18));
        assertEquals(70000, written.get(ValueLayout.JAVA_INT_UNALIGNED, 20));
        assertEquals(-1, written.get(ValueLayout.JAVA_SHORT_UNALIGNED, 24));
        assertEquals(value, codec.read(written, 0));
    }

    @Test
    void paddingIsZero() {
        byte[] written = bytes(Codec.of(Scalars.class), new Scalars((byte) 0, 0, false, (short) 0, 0, '\0'));
        assertArrayEquals(new byte[32], written);
    }

    @Test
    void nestsAndHasArrays() {
        Codec<Shape> codec = Codec.of(Shape.class);
        // kind 0, center 2, name 6, sides 16, corners 28, raw 36, shorts 40, longs 48
        assertEquals(56, codec.sizeBytes());
        byte[] written = new byte[60];
        codec.write(MemorySegment.ofArray(written), 1, SHAPE);
        assertEquals("square", new String(written, 7, 6));
        Shape read = codec.read(MemorySegment.ofArray(written), 1);
        assertEquals(SHAPE.center(), read.center());
        assertEquals("square", read.name());
        assertArrayEquals(SHAPE.sides(), read.sides());
        assertArrayEquals(SHAPE.corners(), read.corners());
        assertArrayEquals(SHAPE.raw(), read.raw());
        assertArrayEquals(SHAPE.shorts(), read.shorts());
        assertArrayEquals(SHAPE.longs(), read.longs());
        assertEquals(9, MemorySegment.ofArray(written).get(ValueLayout.JAVA_SHORT_UNALIGNED, 1 + 34));
    }

    @Test
    void lookupGivesAccessToAPrivateRecord() {
        Codec<Hidden> codec = Codec.of(MethodHandles.lookup(), Hidden.class);
        assertEquals(new Hidden(7), codec.read(MemorySegment.ofArray(bytes(codec, new Hidden(7))), 0));
        assertEquals(4, Codec.of(Hidden.class).sizeBytes());
    }

    @Test
    void constructorMayRefuseWhatItIsGiven() {
        Codec<Positive> codec = Codec.of(Positive.class);
        assertEquals("not positive: 0", assertThrows(IllegalArgumentException.class,
                () -> codec.read(MemorySegment.ofArray(new byte[4]), 0)).getMessage());
    }

    @Test
    void aRecordOfAHundredComponents() {
        Codec<Wide> codec = Codec.of(Wide.class);
        assertEquals(100 * 8, codec.sizeBytes());
        long[] numbers = new long[100];
        Arrays.setAll(numbers, i -> i);
        Wide read = codec.read(MemorySegment.ofArray(numbers), 0);
        assertEquals(0, read.a0());
        assertEquals(99, read.j9());
        assertArrayEquals(MemorySegment.ofArray(numbers).toArray(ValueLayout.JAVA_BYTE), bytes(codec, read));
    }

    record NoMembers() {
    }

    record Itself(int value, @Length(1) Itself[] more) {
    }

    record Floats(double value) {
    }

    record Boxed(Integer value) {
    }

    record Listed(List<Integer> value) {
    }

    record Unsized(String name) {
    }

    record NegativeLength(@Length(-1) int[] numbers) {
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                arguments(NoMembers.class, "a struct needs members"),
                arguments(Itself.class, "contains itself"),
                arguments(Floats.class, "Floats.value: a double has no form in C"),
                arguments(Boxed.class, "Boxed.value: a Integer has no form in C"),
                arguments(Listed.class, "Listed.value: a List has no form in C"),
                arguments(Unsized.class, "Unsized.name: how long is the array?"),
                arguments(NegativeLength.class, "an array of -1 elements"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    <R extends Record> void refuses(Class<R> type, String message) {
        String found = assertThrows(IllegalArgumentException.class, () -> Codec.of(type)).getMessage();
        assertTrue(found.contains(message), found);
    }

    @Test
    void refusesArraysOfAnotherLength() {
        Codec<Shape> codec = Codec.of(Shape.class);
        Shape wrong = new Shape((byte) 0, SHAPE.center(), "", new int[2], SHAPE.corners(), SHAPE.raw(), SHAPE.shorts(),
                SHAPE.longs());
        assertEquals("2 elements, not 3", assertThrows(IllegalArgumentException.class,
                () -> bytes(codec, wrong)).getMessage());
    }

    record Wide(long a0, long a1, long a2, long a3, long a4, long a5, long a6, long a7, long a8, long a9,
            long b0, long b1, long b2, long b3, long b4, long b5, long b6, long b7, long b8, long b9,
            long c0, long c1, long c2, long c3, long c4, long c5, long c6, long c7, long c8, long c9,
            long d0, long d1, long d2, long d3, long d4, long d5, long d6, long d7, long d8, long d9,
            long e0, long e1, long e2, long e3, long e4, long e5, long e6, long e7, long e8, long e9,
            long f0, long f1, long f2, long f3, long f4, long f5, long f6, long f7, long f8, long f9,
            long g0, long g1, long g2, long g3, long g4, long g5, long g6, long g7, long g8, long g9,
            long h0, long h1, long h2, long h3, long h4, long h5, long h6, long h7, long h8, long h9,
            long i0, long i1, long i2, long i3, long i4, long i5, long i6, long i7, long i8, long i9,
            long j0, long j1, long j2, long j3, long j4, long j5, long j6, long j7, long j8, long j9) {
    }
}
