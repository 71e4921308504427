package bpf4j.map;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfKind;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class BtfCodecProperties {

    private static final Btf TYPES = BtfRecordsTest.types("maps_values");
    private static final BtfCodec ALL = BtfCodec.of(TYPES, TYPES.find("all", BtfKind.BTF_KIND_STRUCT).orElseThrow());

    /** Whatever the bytes, writing what was read changes nothing but padding, and that becomes zero. */
    @Property(tries = 300)
    void writeIsTheInverseOfRead(@ForAll long seed) {
        byte[] bytes = new byte[ALL.sizeBytes()];
        new Random(seed).nextBytes(bytes);
        BtfValue value = ALL.read(MemorySegment.ofArray(bytes), 0);
        byte[] written = CodecTest.bytes(ALL, value);
        assertEquals(value.toString(), ALL.read(MemorySegment.ofArray(written), 0).toString());
        for (int i = 0; i < bytes.length; i++) {
            assertEquals(0, written[i] & ~bytes[i], "byte " + i);
        }
    }

    @Property
    void bitfieldKeepsItsNeighbours(@ForAll long value, @ForAll long around, @ForAll @IntRange(max = 7) int first,
            @ForAll @IntRange(min = 1, max = 64) int bits, @ForAll boolean little) {
        byte[] bytes = new byte[10];
        new Random(around).nextBytes(bytes);
        byte[] before = bytes.clone();
        MemorySegment segment = MemorySegment.ofArray(bytes);
        long old = IntegerPlace.readBits(segment, 0, first, bits, little);
        IntegerPlace.writeBits(segment, 0, first, bits, value, little);
        assertEquals(value << 64 - bits >>> 64 - bits, IntegerPlace.readBits(segment, 0, first, bits, little));
        IntegerPlace.writeBits(segment, 0, first, bits, old, little);
        assertArrayEquals(before, bytes, () -> Arrays.toString(bytes));
    }
}
