package bpf4j.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.KernelException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reader against a ring in plain memory. */
class RingReaderTest {

    private static final int ALL = Integer.MAX_VALUE;

    private final Arena arena = Arena.ofConfined();
    private final Lifetime lifetime = new Lifetime(() -> { });
    private final List<String> seen = new ArrayList<>();
    private final RecordHandler record = (source, memory, offsetBytes, sizeBytes) -> {
        byte first = sizeBytes == 0 ? -1 : memory.get(ValueLayout.JAVA_BYTE, offsetBytes);
        for (int index = 0; index < sizeBytes; index++) {
            assertEquals((byte) (first + index), memory.get(ValueLayout.JAVA_BYTE, offsetBytes + index));
        }
        seen.add(source + ":" + sizeBytes + "@" + first);
    };

    @AfterEach
    void free() {
        arena.close();
    }

    @Test
    void recordsOfAllSizesComeInOrder() {
        FakeRing ring = new FakeRing(arena, 4096, 0);
        RingReader reader = ring.reader(lifetime);
        for (int size : new int[] {1, 8, 0, 9, 64}) {
            ring.write(size, size);
        }
        assertEquals(5, reader.consume(ALL, record));
        assertEquals(List.of("7:1@1", "7:8@8", "7:0@-1", "7:9@9", "7:64@64"), seen);
        assertEquals(16 + 16 + 8 + 24 + 72, ring.consumed());
        assertEquals(0, reader.consume(ALL, record));
        assertEquals(Pass.Rest.EMPTY, reader.rest());
    }

    @Test
    void recordInTheMakingStopsTheReader() {
        FakeRing ring = new FakeRing(arena, 4096, 0);
        RingReader reader = ring.reader(lifetime);
        ring.write(8, 1);
        long busy = ring.reserve(8);
        ring.write(8, 3);
        assertEquals(1, reader.consume(ALL, record));
        assertEquals(Pass.Rest.BUSY, reader.rest());
        assertEquals(0, reader.consume(ALL, record));
        assertEquals(busy, ring.consumed());
        ring.fill(busy, (byte) 2);
        ring.commit(busy, false);
        assertEquals(2, reader.consume(ALL, record));
        assertEquals(List.of("7:8@1", "7:8@2", "7:8@3"), seen);
    }

    @Test
    void discardedRecordsMoveThePosition() {
        FakeRing ring = new FakeRing(arena, 4096, 0);
        RingReader reader = ring.reader(lifetime);
        ring.commit(ring.reserve(100), true);
        assertEquals(0, reader.consume(ALL, record));
        assertEquals(Pass.Rest.MOVED, reader.rest());
        assertEquals(112, ring.consumed());
        ring.commit(ring.reserve(4), true);
        ring.reserve(4);
        // What was published last counts: it has to be looked at again before a sleep.
        assertEquals(0, reader.consume(ALL, record));
        assertEquals(Pass.Rest.MOVED, reader.rest());
        assertEquals(2, reader.stats().discarded());
    }

    @Test
    void recordOverTheEndIsInOnePiece() {
        FakeRing ring = new FakeRing(arena, 64, 0);
        RingReader reader = ring.reader(lifetime);
        ring.write(32, 1);
        assertEquals(1, reader.consume(ALL, record));
        ring.write(40, 2);
        assertEquals(1, reader.consume(ALL, record));
        assertEquals(List.of("7:32@1", "7:40@2"), seen);
    }

    /** Positions are unsigned and wrap: over 2^32, over the sign bit, over 2^64. */
    @ParameterizedTest
    @ValueSource(longs = {(1L << 32) - 24, Long.MAX_VALUE - 23, -24, -64})
    void positionsWrapAsUnsigned(long start) {
        FakeRing ring = new FakeRing(arena, 64, start);
        RingReader reader = ring.reader(lifetime);
        for (int round = 0; round < 20; round++) {
            ring.write(16, round);
            ring.write(8, round);
            assertEquals(40, reader.stats().availableBytes());
            assertEquals(2, reader.consume(ALL, record));
            assertEquals(0, reader.stats().availableBytes());
        }
        assertEquals(start + 20 * 40, ring.consumed());
    }

    @Test
    void readingStartsWhereItStopped() {
        FakeRing ring = new FakeRing(arena, 4096, 0);
        ring.write(8, 1);
        ring.write(8, 2);
        assertEquals(1, ring.reader(lifetime).consume(1, record));
        assertEquals(1, ring.reader(lifetime).consume(ALL, record));
        assertEquals(List.of("7:8@1", "7:8@2"), seen);
    }

    @Test
    void recordsAreGivenBackInPortionsAfterTheirHandlers() {
        FakeRing ring = new FakeRing(arena, 4096, -32);
        RingReader reader = ring.reader(lifetime);
        for (int index = 0; index < 10; index++) {
            ring.write(8, index);
        }
        List<Long> positions = new ArrayList<>();
        reader.consume(ALL, (_, _, _, _) -> positions.add(ring.consumed()));
        // A sixty-fourth of the ring is four of these records.
        assertEquals(List.of(-32L, -32L, -32L, -32L, 32L, 32L, 32L, 32L, 96L, 96L), positions);
        assertEquals(128, ring.consumed());
    }

    @Test
    void failingHandlerHasReadItsRecord() {
        FakeRing ring = new FakeRing(arena, 4096, 0);
        RingReader reader = ring.reader(lifetime);
        ring.write(8, 1);
        ring.write(8, 2);
        assertThrows(ArithmeticException.class, () -> reader.consume(ALL, (_, _, _, _) -> {
            throw new ArithmeticException();
        }));
        assertEquals(1, reader.stats().records());
        assertEquals(1, reader.consume(ALL, record));
        assertEquals(List.of("7:8@2"), seen);
    }

    @Test
    void passEndsAtWhatWasThereAtItsBeginning() {
        FakeRing ring = new FakeRing(arena, 4096, 0);
        RingReader reader = ring.reader(lifetime);
        ring.write(8, 1);
        assertEquals(1, reader.consume(ALL, (_, _, _, _) -> ring.write(8, 2)));
        assertEquals(1, reader.consume(ALL, record));
    }

    @Test
    void endOfTheLifetimeStopsAPass() {
        FakeRing ring = new FakeRing(arena, 4096, 0);
        RingReader reader = ring.reader(lifetime);
        ring.write(8, 1);
        ring.write(8, 2);
        assertEquals(1, reader.consume(ALL, (_, _, _, _) -> lifetime.end()));
        assertEquals(16, ring.consumed());
    }

    @Test
    void damagedMemoryIsAnErrorAndNothingElse() {
        FakeRing ring = new FakeRing(arena, 4096, 16);
        RingReader reader = ring.reader(lifetime);
        ring.write(8, 1);
        for (int length : new int[] {9, 4096, RingReader.DISCARD_BIT - 1, RingReader.DISCARD_BIT | 17}) {
            ring.data.set(ValueLayout.JAVA_INT, 16, length);
            String message = assertThrows(KernelException.class, () -> reader.consume(ALL, record)).getMessage();
            assertTrue(message.startsWith(
                    "fake: reading events: the record at position 0x10: its length 0x"), message);
        }
        for (long produced : new long[] {16 + 4096 + 8, 8, -1}) {
            RingReader.POSITION.set(ring.producerPage, produced);
            assertThrows(KernelException.class, () -> reader.consume(ALL, record));
        }
        RingReader.POSITION.set(ring.producerPage, 32L);
        for (long consumed : new long[] {13, 20, 48}) {
            RingReader.POSITION.set(ring.consumerPage, consumed);
            assertThrows(KernelException.class, () -> reader.consume(ALL, record));
        }
        RingReader.POSITION.set(ring.consumerPage, 16L);
        assertEquals(16, ring.consumed());
        assertEquals(List.of(), seen);
    }

    @Test
    void largestRingsAreMappedTwiceAsWell() {
        assertEquals(8192, RingMemory.dataBytes(4096));
        assertEquals(1L << 31, RingMemory.dataBytes(1 << 30));
        assertEquals(1L << 32, RingMemory.dataBytes(1 << 31));
    }

    @Test
    void memoryGivenToHandlersIsReadOnly() {
        FakeRing ring = new FakeRing(arena, 4096, 0);
        ring.write(8, 1);
        ring.reader(lifetime).consume(ALL, (_, memory, offsetBytes, _) -> assertThrows(
                IllegalArgumentException.class, () -> memory.set(ValueLayout.JAVA_BYTE, offsetBytes, (byte) 0)));
    }

    @Test
    void windowsEndWithTheirPoll() throws Exception {
        FakeRing ring = new FakeRing(arena, 4096, 0);
        ring.write(8, 1);
        ring.write(12, 2);
        List<MemorySegment> kept = new ArrayList<>();
        try (RecordWindows windows = new RecordWindows(kept::add)) {
            assertEquals(2, ring.reader(lifetime).consume(ALL, windows));
            assertEquals(List.of(8L, 12L), kept.stream().map(MemorySegment::byteSize).toList());
            assertEquals(1, kept.getFirst().get(ValueLayout.JAVA_BYTE, 0));
            assertTrue(kept.getFirst().isReadOnly());
            Thread other = Thread.ofPlatform().start(() -> assertThrows(WrongThreadException.class,
                    () -> kept.getFirst().get(ValueLayout.JAVA_BYTE, 0)));
            other.join();
        }
        assertThrows(IllegalStateException.class, () -> kept.getFirst().get(ValueLayout.JAVA_BYTE, 0));
        assertEquals(1, ring.data.get(ValueLayout.JAVA_BYTE, 8));
    }
}
