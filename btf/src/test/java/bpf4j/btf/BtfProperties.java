package bpf4j.btf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Writing and reading are inverse; damaged data ends in a usable model or in {@link BtfFormatException}. */
class BtfProperties {

    /** What parsing and indexing the names may allocate for each byte of data. */
    private static final long BYTES_PER_BYTE = 16;
    private static final long FIXED_BYTES = 1 << 20;
    private static final long MAX_MILLIS = 5_000;

    private static final List<Path> OBJECTS = BtfFixtures.objects();
    private static final List<Path> EXT_OBJECTS =
            OBJECTS.stream().filter(o -> BtfFixtures.section(o, ".BTF.ext").isPresent()).toList();

    @Provide
    Arbitrary<ByteOrder> orders() {
        return Arbitraries.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN);
    }

    @Provide
    Arbitrary<byte[]> sections() {
        return Arbitraries.oneOf(
                Arbitraries.of(OBJECTS).map(o -> BtfFixtures.section(o, ".BTF").orElseThrow()),
                Arbitraries.randomValue(r -> TypeGraphs.builder(new BtfBuilder(), TypeGraphs.random(r, 1, 40))
                        .toBytes(r.nextBoolean() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN)));
    }

    @Provide
    Arbitrary<Path> extObjects() {
        return Arbitraries.of(EXT_OBJECTS);
    }

    @Property(tries = 300)
    void readIsTheInverseOfWrite(@ForAll long seed, @ForAll @IntRange(min = 1, max = 80) int count,
            @ForAll("orders") ByteOrder order) {
        List<BtfType> types = TypeGraphs.random(new Random(seed), 1, count);
        BtfBuilder builder = TypeGraphs.builder(new BtfBuilder(), types);
        Btf btf = builder.build(order, "test");
        assertEquals(types, ownTypes(btf));
        assertArrayEquals(builder.toBytes(order), BtfBuilder.copyOf(btf).toBytes(order));
        ByteOrder other = order == ByteOrder.BIG_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        assertEquals(types, ownTypes(BtfBuilder.copyOf(btf).build(other, "other")));
        assertFindsWhatAScanFinds(btf);
    }

    @Property(tries = 200)
    void readIsTheInverseOfWriteOverABase(@ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int count) {
        Random random = new Random(seed);
        Btf base = TypeGraphs.builder(new BtfBuilder(), TypeGraphs.random(random, 1, count))
                .build(ByteOrder.LITTLE_ENDIAN, "base");
        List<BtfType> types = TypeGraphs.random(random, base.typeCount(), count);
        Btf split = TypeGraphs.builder(BtfBuilder.onBase(base), types).build(ByteOrder.LITTLE_ENDIAN, "split");
        assertEquals(types, ownTypes(split));
        assertEquals(ownTypes(base), IntStream.range(1, base.typeCount()).mapToObj(split::type).toList());
        assertFindsWhatAScanFinds(split);
    }

    private static List<BtfType> ownTypes(Btf btf) {
        return IntStream.range(btf.firstOwnId(), btf.typeCount()).mapToObj(btf::type).toList();
    }

    private static void assertFindsWhatAScanFinds(Btf btf) {
        for (int id = 1; id < btf.typeCount(); id++) {
            String name = btf.nameOf(id);
            BtfKind kind = btf.type(id).kind();
            if (!name.isEmpty()) {
                int first = IntStream.range(1, btf.typeCount())
                        .filter(i -> btf.type(i).kind() == kind && btf.nameOf(i).equals(name))
                        .findFirst().orElseThrow();
                assertEquals(first, btf.find(name, kind).orElseThrow());
            }
        }
    }

    @Property(tries = 300)
    void truncated(@ForAll("sections") byte[] section, @ForAll @IntRange(max = 1_000_000) int size) {
        useWithinBounds(Arrays.copyOf(section, size % section.length));
    }

    @Property(tries = 800)
    void bitsFlipped(@ForAll("sections") byte[] section, @ForAll @Size(min = 1, max = 8) List<@IntRange Integer> bits) {
        bits.forEach(bit -> flip(section, bit % (section.length * 8)));
        useWithinBounds(section);
    }

    @Property(tries = 300)
    void headerBitsFlipped(@ForAll("sections") byte[] section,
            @ForAll @Size(min = 1, max = 3) List<@IntRange Integer> bits) {
        bits.forEach(bit -> flip(section, bit % (24 * 8)));
        useWithinBounds(section);
    }

    @Property(tries = 300)
    void damagedExt(@ForAll("extObjects") Path object, @ForAll @Size(min = 1, max = 8) List<@IntRange Integer> bits,
            @ForAll boolean truncate) {
        Btf btf = Btf.parse(BtfFixtures.section(object, ".BTF").orElseThrow());
        byte[] ext = BtfFixtures.section(object, ".BTF.ext").orElseThrow();
        if (truncate) {
            ext = Arrays.copyOf(ext, bits.getFirst() % ext.length);
        } else {
            byte[] damaged = ext;
            bits.forEach(bit -> flip(damaged, bit % (damaged.length * 8)));
        }
        long start = System.nanoTime();
        long before = allocated();
        try {
            BtfExt.parse(MemorySegment.ofArray(ext), btf);
        } catch (BtfFormatException e) {
            assertTrue(e.getMessage().startsWith(".BTF"), e.getMessage());
        }
        assertBounds(start, before, ext.length + btf.data().byteSize());
    }

    private static void flip(byte[] bytes, int bit) {
        bytes[bit / 8] ^= (byte) (1 << bit % 8);
    }

    private static void useWithinBounds(byte[] section) {
        long start = System.nanoTime();
        long before = allocated();
        Btf btf;
        try {
            btf = Btf.parse(section);
            btf.find("sock", BtfKind.BTF_KIND_STRUCT);
        } catch (BtfFormatException e) {
            assertTrue(e.getMessage().startsWith(".BTF: "), e.getMessage());
            return;
        }
        assertBounds(start, before, section.length);
        use(btf);
        assertTrue(System.nanoTime() - start < MAX_MILLIS * 1_000_000);
    }

    /** Touches everything of every type; each may be malformed for itself. */
    private static void use(Btf btf) {
        for (int id = 0; id < btf.typeCount(); id++) {
            attempt(btf::type, id);
            attempt(btf::nameOf, id);
            attempt(btf::kindNumber, id);
            attempt(btf::stripped, id);
            attempt(btf::sizeBytes, id);
            attempt(i -> RawPrinter.print(btf, i), id);
            attempt(i -> btf.find(btf.nameOf(i), BtfKind.BTF_KIND_STRUCT), id);
            attempt(i -> btf.ownByEssentialName(EssentialName.of(btf.nameOf(i))).sum(), id);
            attempt(i -> btf.ownFunctionsByEssentialName(EssentialName.of(btf.nameOf(i))).sum(), id);
            // The printer for messages has to get by with any data.
            assertTrue(!CPrinter.typeName(btf, id).contains("\n"));
            CPrinter.define(btf, id);
        }
        try {
            Btf copy = BtfBuilder.copyOf(btf).build(btf.order(), "copy");
            assertEquals(ownTypes(btf), ownTypes(copy));
        } catch (BtfFormatException e) {
            assertTrue(e.getMessage().startsWith(".BTF: "), e.getMessage());
        }
    }

    private static void attempt(IntConsumer use, int id) {
        try {
            use.accept(id);
        } catch (BtfFormatException e) {
            assertTrue(e.getMessage().startsWith(".BTF: "), e.getMessage());
        }
    }

    private static void assertBounds(long startNanos, long allocatedBefore, long dataBytes) {
        long used = allocated() - allocatedBefore;
        assertTrue(used <= FIXED_BYTES + BYTES_PER_BYTE * dataBytes, () -> used + " bytes for " + dataBytes);
        assertTrue(System.nanoTime() - startNanos < MAX_MILLIS * 1_000_000);
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    @Property(tries = 10)
    void hostileShapesStayWithinBounds(@ForAll long seed) {
        assertTimely(() -> use(Btf.parse(hostile(new Random(seed)))));
    }

    /** Many members that all have one long name, prototypes of themselves, anonymous structs in themselves. */
    private static byte[] hostile(Random random) {
        BtfBuilder builder = new BtfBuilder();
        int count = 500;
        for (int i = 0; i < 6; i++) {
            String name = random.nextBoolean() ? "" : "n".repeat(4000);
            BtfType.Member member = new BtfType.Member(name, 1 + random.nextInt(6), random.nextInt(1000), 0);
            BtfType.Param param = new BtfType.Param(name, 1 + random.nextInt(6));
            builder.add(random.nextBoolean()
                    ? new BtfType.FuncProto(1 + random.nextInt(6), Collections.nCopies(count, param))
                    : new BtfType.Struct("", 4, false, Collections.nCopies(count, member)));
        }
        return builder.toBytes(ByteOrder.LITTLE_ENDIAN);
    }

    private static void assertTimely(Runnable work) {
        long start = System.nanoTime();
        work.run();
        assertTrue(System.nanoTime() - start < MAX_MILLIS * 1_000_000);
    }
}
