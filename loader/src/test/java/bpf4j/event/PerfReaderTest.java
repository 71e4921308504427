package bpf4j.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.KernelException;
import bpf4j.sys.PerfEvent;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The reader against a perf buffer in plain memory. */
class PerfReaderTest {

    private static final int DATA_BYTES = 256;
    private static final int PERF_RECORD_THROTTLE = 5;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment page = arena.allocate(4096, 8);
    private final MemorySegment data = arena.allocate(DATA_BYTES, 8);
    private final Lifetime lifetime = new Lifetime(() -> { });
    private final PerfReader reader =
            new PerfReader("fake", 3, page, data.asReadOnly(), arena.allocate(1 << 16, 8), lifetime);
    private final List<String> seen = new ArrayList<>();
    private final RecordHandler handler = new RecordHandler() {
        @Override
        public void onRecord(int source, MemorySegment memory, long offsetBytes, int sizeBytes) {
            assertEquals(0, offsetBytes % 8);
            assertTrue(memory.isReadOnly());
            seen.add(source + ":" + Arrays.toString(
                    memory.asSlice(offsetBytes, sizeBytes).toArray(ValueLayout.JAVA_BYTE)));
        }

        @Override
        public void onLost(int source, long records) {
            seen.add(source + " lost " + records);
        }
    };

    @AfterEach
    void free() {
        arena.close();
    }

    private void append(byte[] record) {
        long head = PerfEvent.MmapPage.DATA_HEAD.get(page);
        for (int index = 0; index < record.length; index++) {
            data.set(ValueLayout.JAVA_BYTE, head + index & DATA_BYTES - 1, record[index]);
        }
        PerfEvent.MmapPage.DATA_HEAD.set(page, head + record.length);
    }

    private static MemorySegment record(int type, int sizeBytes) {
        MemorySegment record = MemorySegment.ofArray(new byte[sizeBytes]);
        record.set(ValueLayout.JAVA_INT_UNALIGNED, 0, type);
        record.set(ValueLayout.JAVA_SHORT_UNALIGNED, 6, (short) sizeBytes);
        return record;
    }

    /** A sample as the kernel writes it: padded so that the size and the data together are a multiple of eight. */
    private void sample(byte... bytes) {
        int padded = Math.ceilDiv(bytes.length + 4, 8) * 8 - 4;
        MemorySegment record = record(PerfEvent.PERF_RECORD_SAMPLE, 12 + padded);
        record.set(ValueLayout.JAVA_INT_UNALIGNED, 8, padded);
        MemorySegment.copy(bytes, 0, record, ValueLayout.JAVA_BYTE, 12, bytes.length);
        append(record.toArray(ValueLayout.JAVA_BYTE));
    }

    private void lost(long records) {
        MemorySegment record = record(PerfEvent.PERF_RECORD_LOST, 24);
        record.set(ValueLayout.JAVA_LONG_UNALIGNED, 16, records);
        append(record.toArray(ValueLayout.JAVA_BYTE));
    }

    private long tail() {
        return PerfEvent.MmapPage.DATA_TAIL.get(page);
    }

    private int consume() {
        return reader.consume(Integer.MAX_VALUE, handler);
    }

    @Test
    void samplesComeWithTheirPadding() {
        sample((byte) 1, (byte) 2, (byte) 3, (byte) 4);
        sample((byte) 5);
        assertEquals(2, consume());
        assertEquals(List.of("3:[1, 2, 3, 4]", "3:[5, 0, 0, 0]"), seen);
        assertEquals(List.of(32L, 2L), List.of(tail(), reader.records()));
        assertEquals(0, consume());
        assertEquals(Pass.Rest.EMPTY, reader.rest());
    }

    @Test
    void lostRecordsAreCountedAndReported() {
        lost(5);
        sample((byte) 1, (byte) 2, (byte) 3, (byte) 4);
        lost(7);
        assertEquals(1, consume());
        assertEquals(List.of("3 lost 5", "3:[1, 2, 3, 4]", "3 lost 7"), seen);
        assertEquals(12, reader.lost());
        assertEquals(Pass.Rest.MOVED, reader.rest());
    }

    @Test
    void otherRecordsAreSkipped() {
        append(record(PERF_RECORD_THROTTLE, 32).toArray(ValueLayout.JAVA_BYTE));
        assertEquals(0, consume());
        assertEquals(32, tail());
        assertEquals(List.of(), seen);
    }

    @Test
    void recordsOverTheEndAreInOnePiece() {
        byte[] bytes = new byte[44];
        for (int round = 0; round < 40; round++) {
            Arrays.fill(bytes, (byte) round);
            sample(bytes);
            if (round % 3 == 0) {
                lost(1);
            }
            assertEquals(1, consume());
            assertTrue(seen.contains("3:" + Arrays.toString(bytes)));
        }
        assertEquals(14, reader.lost());
    }

    @Test
    void positionsWrapAsUnsigned() {
        PerfEvent.MmapPage.DATA_HEAD.set(page, -64);
        PerfEvent.MmapPage.DATA_TAIL.set(page, -64);
        for (int round = 0; round < 8; round++) {
            sample((byte) round, (byte) 0, (byte) 0, (byte) 0);
            assertEquals(1, consume());
        }
        assertEquals(64, tail());
    }

    @Test
    void boundAndFailureLeaveTheRest() {
        for (byte index = 0; index < 4; index++) {
            sample(index, index, index, index);
        }
        assertEquals(1, reader.consume(1, handler));
        assertThrows(ArithmeticException.class, () -> reader.consume(9, (_, _, _, _) -> {
            throw new ArithmeticException();
        }));
        assertEquals(2, reader.records());
        assertEquals(2, consume());
        assertEquals(List.of("3:[0, 0, 0, 0]", "3:[2, 2, 2, 2]", "3:[3, 3, 3, 3]"), seen);
    }

    @Test
    void damagedMemoryIsAnErrorAndNothingElse() {
        sample((byte) 1, (byte) 2, (byte) 3, (byte) 4);
        for (int size : new int[] {0, 7, 9, 17, 24, 0xfff8}) {
            data.set(ValueLayout.JAVA_SHORT, 6, (short) size);
            String message = assertThrows(KernelException.class, this::consume).getMessage();
            assertTrue(message.startsWith("fake: reading events: CPU 3: the record at position 0x0: "),
                    message);
        }
        data.set(ValueLayout.JAVA_SHORT, 6, (short) 16);
        for (int dataBytes : new int[] {5, -1, Integer.MAX_VALUE}) {
            data.set(ValueLayout.JAVA_INT, 8, dataBytes);
            assertThrows(KernelException.class, this::consume);
        }
        assertEquals(0, tail());
        assertEquals(List.of(), seen);
    }

    @Test
    void statsCountWhatIsWritten() {
        PerfEvent.MmapPage.DATA_HEAD.set(page, -32);
        PerfEvent.MmapPage.DATA_TAIL.set(page, -32);
        sample((byte) 1, (byte) 2, (byte) 3, (byte) 4);
        lost(9);
        sample(new byte[12]);
        assertEquals(new PerfBufferStats(3, DATA_BYTES, 16 + 24 + 24, 0, 0), reader.stats());
        assertEquals(2, consume());
        assertEquals(new PerfBufferStats(3, DATA_BYTES, 0, 2, 9), reader.stats());
    }

    @Test
    void optionsThatCannotBeAreRefused() {
        PerfBufferOptions options = PerfBufferOptions.defaults();
        assertEquals(new PerfBufferOptions(64, 1, 0, List.of()), options);
        assertEquals(new PerfBufferOptions(8, 5, 0, List.of()), options.withPagesPerCpu(8).withWakeUpRecords(5));
        assertEquals(new PerfBufferOptions(64, 0, 99, List.of(1, 3)), options.withWakeUpBytes(99).withCpus(3, 1, 3));
        assertEquals(options, options.withWakeUpBytes(99).withCpus(3).withCpus().withWakeUpRecords(1));
        for (int pages : new int[] {0, 3, -8, Integer.MIN_VALUE}) {
            assertThrows(IllegalArgumentException.class, () -> options.withPagesPerCpu(pages));
        }
        for (int none : new int[] {0, -1}) {
            assertThrows(IllegalArgumentException.class, () -> options.withWakeUpRecords(none));
            assertThrows(IllegalArgumentException.class, () -> options.withWakeUpBytes(none));
        }
        assertThrows(IllegalArgumentException.class, () -> new PerfBufferOptions(1, 1, 1, List.of()));
        for (List<Integer> cpus : List.of(List.of(-1), List.of(2, 1), List.of(1, 1))) {
            assertThrows(IllegalArgumentException.class, () -> new PerfBufferOptions(1, 1, 0, cpus));
        }
    }
}
