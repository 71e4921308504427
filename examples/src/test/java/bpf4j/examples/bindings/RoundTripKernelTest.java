package bpf4j.examples.bindings;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.examples.bindings.BindingsEl.Color;
import bpf4j.examples.bindings.BindingsEl.Kinds;
import bpf4j.examples.bindings.BindingsEl.Level;
import bpf4j.examples.bindings.BindingsEl.Odd;
import bpf4j.examples.bindings.BindingsEl.OddInside;
import bpf4j.examples.bindings.BindingsEl.Point;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.TestRunOptions;
import bpf4j.testdata.KernelTest;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** What Java writes by generated classes a BPF program reads in C, and the other way round, member by member. */
@KernelTest
class RoundTripKernelTest {

    private static final int RUNS = 20;

    private static BindingsEl bindings;

    @BeforeAll
    static void load() {
        bindings = BindingsEl.open().limit(9).label("before").load();
    }

    @AfterAll
    static void unload() {
        bindings.close();
    }

    @RepeatedTest(RUNS)
    void programsReadWhatJavaWrote(RepetitionInfo run) {
        Random random = new Random(run.getCurrentRepetition());
        Kinds kinds = kinds(random);
        Kinds.CODEC.write(bindings.kindsValue(), 0, kinds);
        long[] odd = odd(random);
        writeOdd(bindings.oddValue(), odd);
        run(bindings.toNumbers());
        assertEquals(concat(numbers(kinds), odd), readNumbers());
    }

    @RepeatedTest(RUNS)
    void javaReadsWhatProgramsWrote(RepetitionInfo run) {
        Random random = new Random(run.getCurrentRepetition());
        Kinds kinds = kinds(random);
        long[] odd = odd(random);
        List<Long> written = concat(numbers(kinds), odd);
        for (int i = 0; i < written.size(); i++) {
            bindings.numbers().setAtIndex(ValueLayout.JAVA_LONG, i, written.get(i));
        }
        run(bindings.fromNumbers());
        Kinds read = Kinds.CODEC.read(bindings.kindsValue(), 0);
        assertEquals(kinds, read);
        assertEquals(kinds.hashCode(), read.hashCode());
        assertArrayEquals(odd, readOdd(bindings.oddValue()));
    }

    @RepeatedTest(RUNS)
    void membersOneByOneAreTheWholeValue(RepetitionInfo run) {
        Kinds kinds = kinds(new Random(run.getCurrentRepetition()));
        MemorySegment whole = MemorySegment.ofArray(new byte[Kinds.SIZE_BYTES]);
        Kinds.CODEC.write(whole, 0, kinds);
        MemorySegment members = MemorySegment.ofArray(new byte[Kinds.SIZE_BYTES]);
        setAll(members, kinds);
        assertEquals(-1, whole.mismatch(members));
    }

    @RepeatedTest(RUNS)
    void valuesPassThroughMaps(RepetitionInfo run) {
        Kinds kinds = kinds(new Random(run.getCurrentRepetition()));
        bindings.records().put(kinds.at(), kinds);
        bindings.kindsValue().fill((byte) 0);
        Point.CODEC.write(bindings.kindsValue(), Kinds.AT_OFFSET, kinds.at());
        assertEquals(1, run(bindings.fromMap()));
        assertEquals(kinds, Kinds.CODEC.read(bindings.kindsValue(), 0));
        assertTrue(bindings.records().delete(kinds.at()));
        assertEquals(0, run(bindings.toMap()));
        assertEquals(kinds, bindings.records().get(kinds.at()));
        assertTrue(bindings.records().delete(kinds.at()));
    }

    @Test
    void variablesHaveTheirTypes() {
        assertEquals(9, bindings.limit());
        assertEquals("before", bindings.label());
        bindings.label("after");
        assertEquals("after", bindings.label());
        bindings.offset((short) -3);
        assertEquals(-3, bindings.offset());
    }

    @Test
    void valuesThatDoNotFitAreRefused() {
        MemorySegment at = MemorySegment.ofArray(new byte[Kinds.SIZE_BYTES]);
        assertThrows(IllegalArgumentException.class, () -> Kinds.setLow(at, 8));
        assertThrows(IllegalArgumentException.class, () -> Kinds.setMiddle(at, -65));
        assertThrows(IllegalArgumentException.class, () -> Kinds.setOctet(at, 256));
        assertThrows(IllegalArgumentException.class, () -> Kinds.setFar(at, 1L << 40));
        assertThrows(IllegalArgumentException.class, () -> Kinds.setName(at, "nine bytes"));
        assertThrows(IndexOutOfBoundsException.class, () -> Kinds.setPorts(at, 3, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> Kinds.getGrid(at, 0, 3));
        assertArrayEquals(new byte[Kinds.SIZE_BYTES], at.toArray(ValueLayout.JAVA_BYTE));
    }

    @Test
    void enumeratorsHaveNames() {
        assertEquals("BLUE", Color.nameOf(Color.BLUE));
        assertEquals("7", Color.nameOf(7));
        assertEquals(1L << 40, Level.HIGHEST);
        assertEquals("LOWEST", Level.nameOf(-1));
    }

    private static int run(LoadedProgram program) {
        return program.testRun(TestRunOptions.none()).returnValue();
    }

    private static Kinds kinds(Random random) {
        byte[] hash = new byte[4];
        random.nextBytes(hash);
        return new Kinds((byte) random.nextInt(), random.nextInt(256), (short) random.nextInt(),
                random.nextInt(1 << 16), random.nextInt(), random.nextInt(), random.nextLong(), random.nextLong(),
                random.nextBoolean(), random.nextInt(), random.nextLong(), random.nextLong(), random.nextInt(1 << 3),
                random.nextInt(-64, 64), random.nextInt(1 << 22), random.nextLong(1L << 40), random.nextBoolean(),
                List.of(random.nextInt(1 << 16), random.nextInt(1 << 16), random.nextInt(1 << 16)), point(random),
                IntStream.range(0, 2).mapToObj(_ -> List.of(random.nextInt(), random.nextInt(), random.nextInt()))
                        .toList(), hash, "name" + random.nextInt(10), List.of(point(random), point(random)));
    }

    private static Point point(Random random) {
        return new Point(random.nextInt(), random.nextInt());
    }

    /** In the order of the C source: numbers with sign extended, others not. */
    private static List<Long> numbers(Kinds k) {
        List<Long> all = new ArrayList<>(List.of((long) k.tiny(), (long) k.octet(), (long) k.small(), (long) k.port(),
                (long) k.number(), Integer.toUnsignedLong(k.word()), k.wide(), k.huge(), k.yes() ? 1L : 0,
                Integer.toUnsignedLong(k.color()), k.level(), (long) k.low(), (long) k.middle(), (long) k.high(),
                k.far(), k.flag() ? 1L : 0));
        k.ports().forEach(port -> all.add((long) port));
        all.addAll(List.of((long) k.at().x(), (long) k.at().y()));
        k.grid().forEach(row -> row.forEach(cell -> all.add((long) cell)));
        for (byte each : k.hash()) {
            all.add(Byte.toUnsignedLong(each));
        }
        IntStream.range(0, 8).forEach(i -> all.add(i < k.name().length() ? (long) k.name().charAt(i) : 0L));
        k.corners().forEach(corner -> all.addAll(List.of((long) corner.x(), (long) corner.y())));
        all.add(k.address());
        return all;
    }

    private static long[] odd(Random random) {
        return new long[] {random.nextInt(256), random.nextLong(1L << 32), random.nextInt(256), random.nextLong(),
            random.nextInt(1 << 5), random.nextInt(1 << 11), random.nextLong()};
    }

    private static void writeOdd(MemorySegment at, long[] numbers) {
        Odd.setKind(at, (int) numbers[0]);
        Odd.setAll(at, (int) numbers[1]);
        OddInside.setShallow(Odd.getInside(at), (int) numbers[2]);
        OddInside.setDeep(Odd.getInside(at), numbers[3]);
        Odd.setOddBits(at, (int) numbers[4]);
        Odd.setMoreBits(at, (int) numbers[5]);
        Odd.setTail(at, numbers[6]);
    }

    private static long[] readOdd(MemorySegment at) {
        long halves = Odd.getFirst(at) | (long) Odd.getSecond(at) << 16;
        assertEquals(halves, Integer.toUnsignedLong(Odd.getAll(at)));
        assertEquals((byte) halves, Odd.getParts(at)[0]);
        OddInside inside = OddInside.CODEC.read(Odd.getInside(at), 0);
        return new long[] {Odd.getKind(at), halves, inside.shallow(), inside.deep(), Odd.getOddBits(at),
            Odd.getMoreBits(at), Odd.getTail(at)};
    }

    private static void setAll(MemorySegment at, Kinds k) {
        Kinds.setTiny(at, k.tiny());
        Kinds.setOctet(at, k.octet());
        Kinds.setSmall(at, k.small());
        Kinds.setPort(at, k.port());
        Kinds.setNumber(at, k.number());
        Kinds.setWord(at, k.word());
        Kinds.setWide(at, k.wide());
        Kinds.setHuge(at, k.huge());
        Kinds.setYes(at, k.yes());
        Kinds.setColor(at, k.color());
        Kinds.setLevel(at, k.level());
        Kinds.setAddress(at, k.address());
        Kinds.setLow(at, k.low());
        Kinds.setMiddle(at, k.middle());
        Kinds.setHigh(at, k.high());
        Kinds.setFar(at, k.far());
        Kinds.setFlag(at, k.flag());
        for (int i = 0; i < 3; i++) {
            Kinds.setPorts(at, i, k.ports().get(i));
            Kinds.setGrid(at, 0, i, k.grid().get(0).get(i));
            Kinds.setGrid(at, 1, i, k.grid().get(1).get(i));
        }
        Kinds.setHash(at, k.hash());
        Kinds.setName(at, k.name());
        Point.CODEC.write(Kinds.getAt(at), 0, k.at());
        Point.CODEC.write(Kinds.getCorners(at, 0), 0, k.corners().get(0));
        Point.CODEC.write(Kinds.getCorners(at, 1), 0, k.corners().get(1));
    }

    private static List<Long> concat(List<Long> numbers, long[] more) {
        List<Long> all = new ArrayList<>(numbers);
        for (long each : more) {
            all.add(each);
        }
        return all;
    }

    private static List<Long> readNumbers() {
        List<Long> read = new ArrayList<>();
        for (int i = 0; i < 51; i++) {
            read.add(bindings.numbers().getAtIndex(ValueLayout.JAVA_LONG, i));
        }
        return read;
    }
}
