package bpf4j.btf.rewrite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.BtfType;
import bpf4j.btf.SameTypes;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class DeduplicationProperties {

    @Property(tries = 300)
    void isIdempotent(@ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int structs,
            @ForAll @IntRange(min = 1, max = 6) int units, @ForAll boolean forwards) {
        Btf once = deduplicated(new CompilationUnits(seed, structs, forwards).units(units));
        assertArrayEquals(bytes(once), bytes(deduplicated(once)));
    }

    @Property(tries = 300)
    void seesNothingNewInACopy(@ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int structs,
            @ForAll @IntRange(min = 1, max = 6) int units, @ForAll boolean forwards) {
        Btf types = new CompilationUnits(seed, structs, forwards).units(units);
        Btf twice = CompilationUnits.concatenated(types, types);
        assertArrayEquals(bytes(deduplicated(types)), bytes(deduplicated(twice)));
    }

    @Property(tries = 300)
    void keepsWhatEachTypeIs(@ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int structs,
            @ForAll @IntRange(min = 1, max = 6) int units) {
        Btf types = new CompilationUnits(seed, structs, false).units(units);
        Deduplication deduplication = Deduplication.of(types);
        SameTypes same = new SameTypes(types, deduplication.result());
        for (int id = 0; id < types.typeCount(); id++) {
            assertTrue(same.equal(id, deduplication.newId(id)));
        }
    }

    @Property(tries = 200)
    void leavesNoTwoThatAreEqual(@ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int structs,
            @ForAll @IntRange(min = 1, max = 5) int units) {
        Btf result = deduplicated(new CompilationUnits(seed, structs, false).units(units));
        SameTypes same = new SameTypes(result, result);
        for (int id = 1; id < result.typeCount(); id++) {
            for (int other = 1; other < id; other++) {
                assertFalse(same.equal(id, other), "[" + id + "] and [" + other + "]");
            }
        }
    }

    /** All units are of one program, so all that is declared is what is defined somewhere. */
    @Property(tries = 300)
    void definesWhatIsDefinedOnce(@ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int structs,
            @ForAll @IntRange(min = 1, max = 6) int units) {
        Btf result = deduplicated(new CompilationUnits(seed, structs, true).units(units));
        List<String> defined = names(result, BtfType.Struct.class);
        assertEquals(defined.stream().distinct().toList(), defined);
        assertTrue(names(result, BtfType.Fwd.class).stream().noneMatch(defined::contains));
    }

    @Property(tries = 300)
    void damagedTypesAreRefusedOrMerged(@ForAll long seed,
            @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 0) Integer> flips) {
        byte[] bytes = bytes(new CompilationUnits(seed, 6, true).units(3));
        for (int flip : flips) {
            int bit = flip % (bytes.length * 8);
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
        }
        try {
            Btf damaged = Btf.parse(bytes);
            assertTrue(deduplicated(damaged).typeCount() <= damaged.typeCount());
        } catch (BtfFormatException e) {
            assertTrue(e.getMessage().startsWith(".BTF"), e.getMessage());
        }
    }

    private static Btf deduplicated(Btf btf) {
        return Deduplication.of(btf).result();
    }

    private static List<String> names(Btf btf, Class<? extends BtfType> kind) {
        return IntStream.range(1, btf.typeCount()).mapToObj(btf::type).filter(kind::isInstance).map(BtfType::name)
                .toList();
    }

    private static byte[] bytes(Btf btf) {
        return btf.data().toArray(ValueLayout.JAVA_BYTE);
    }
}
