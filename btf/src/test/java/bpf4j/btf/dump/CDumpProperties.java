package bpf4j.btf.dump;

import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfFixtures;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.TypeGraphs;
import bpf4j.btf.diff.BtfDiff;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever the data says: a header within bounds, or {@link BtfFormatException}; and no difference to itself. */
class CDumpProperties {

    private static final long MAX_MILLIS = 5_000;

    private static final List<Path> OBJECTS = BtfFixtures.objects();

    @Provide
    Arbitrary<byte[]> sections() {
        return Arbitraries.of(OBJECTS).map(o -> BtfFixtures.section(o, ".BTF").orElseThrow());
    }

    @Property(tries = 500)
    void anyGraphOfTypes(@ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int count) {
        dumpWithinBounds(TypeGraphs.builder(new BtfBuilder(), TypeGraphs.random(new Random(seed), 1, count))
                .toBytes(ByteOrder.LITTLE_ENDIAN));
    }

    @Property(tries = 500)
    void bitsFlipped(@ForAll("sections") byte[] section, @ForAll @Size(min = 1, max = 4) List<@IntRange Integer> bits) {
        bits.forEach(bit -> section[bit % section.length] ^= (byte) (1 << (bit & 7)));
        dumpWithinBounds(section);
    }

    @Property(tries = 100)
    void everyObjectHasAHeaderAndNoDifferenceToItself(@ForAll("sections") byte[] section) {
        Btf btf = Btf.parse(section);
        assertTrue(CDump.of(btf).length() > 0);
        Btf copy = BtfBuilder.copyOf(btf).build(
                btf.order() == ByteOrder.BIG_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN, "copy");
        assertTrue(BtfDiff.between(btf, copy).isEmpty());
    }

    private static void dumpWithinBounds(byte[] data) {
        long started = System.nanoTime();
        try {
            Btf btf = Btf.parse(data);
            assertTrue(CDump.of(btf).length() <= data.length * 16L + (1 << 20));
        } catch (BtfFormatException e) {
            assertTrue(!e.getMessage().isEmpty());
        }
        assertTrue((System.nanoTime() - started) / 1_000_000 < MAX_MILLIS, "too slow");
    }
}
