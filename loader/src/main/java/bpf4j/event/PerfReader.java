package bpf4j.event;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.Step;
import bpf4j.sys.PerfEvent;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The reader's side of one CPU's perf buffer, on its memory: {@code struct perf_event_mmap_page} of {@code
 * include/uapi/linux/perf_event.h}. For one thread at a time, apart from what the methods say.
 */
final class PerfReader implements Pass {

    /** As much as the 16-bit size of a record can say. */
    static final int MAX_RECORD_BYTES = 1 << 16;

    private static final int SIZE_OFFSET_BYTES = 6;
    private static final int HEADER_BYTES = 8;
    /** Behind the header of {@code PERF_RECORD_LOST}: the event's id. */
    private static final int LOST_OFFSET_BYTES = 16;
    /** Behind the header of a sample: its size in 32 bits, then the data. */
    private static final int DATA_OFFSET_BYTES = 12;

    private static final VarHandle DATA_HEAD = position(PerfEvent.MmapPage.DATA_HEAD.offsetBytes());
    private static final VarHandle DATA_TAIL = position(PerfEvent.MmapPage.DATA_TAIL.offsetBytes());

    private final String description;
    private final int cpu;
    private final MemorySegment page;
    private final MemorySegment data;
    private final MemorySegment copy;
    private final MemorySegment record;
    private final Lifetime lifetime;
    private Rest rest = Rest.EMPTY;
    private final AtomicLong records = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();

    /**
     * @param page the page with the positions
     * @param data the pages behind it, a power of two
     * @param copy {@link #MAX_RECORD_BYTES} for the record that is being read, shared with the other CPUs' readers
     * @param lifetime stops a pass when it ends
     */
    PerfReader(String description, int cpu, MemorySegment page, MemorySegment data, MemorySegment copy,
            Lifetime lifetime) {
        this.description = description;
        this.cpu = cpu;
        this.page = page;
        this.data = data;
        this.copy = copy;
        this.record = copy.asReadOnly();
        this.lifetime = lifetime;
    }

    private static VarHandle position(long offsetBytes) {
        return MethodHandles.insertCoordinates(ValueLayout.JAVA_LONG.varHandle(), 1, offsetBytes);
    }

    /**
     * Looks at the records that are there now. A sample's data is copied: it begins in the middle of eight bytes, where
     * no aligned field could be read, and may be in two pieces.
     */
    @Override
    public int consume(int maxRecords, RecordHandler handler) {
        long tail = (long) DATA_TAIL.get(page);
        long head = (long) DATA_HEAD.getAcquire(page);
        int taken = 0;
        rest = Rest.EMPTY;
        try {
            while (tail != head && taken < maxRecords && lifetime.isOpen()) {
                int sizeBytes = sizeBytes(tail, head);
                int type = data.get(ValueLayout.JAVA_INT, offsetBytes(tail));
                int dataBytes = type == PerfEvent.PERF_RECORD_SAMPLE ? sample(tail, sizeBytes) : 0;
                long missed = type == PerfEvent.PERF_RECORD_LOST ? missed(tail, sizeBytes) : 0;
                // What is needed of it has been copied.
                tail += sizeBytes;
                DATA_TAIL.setRelease(page, tail);
                if (type == PerfEvent.PERF_RECORD_SAMPLE) {
                    taken++;
                    handler.onRecord(cpu, record, 0, dataBytes);
                } else {
                    rest = Rest.MOVED;
                }
                if (missed > 0) {
                    lost.setRelease(lost.getPlain() + missed);
                    handler.onLost(cpu, missed);
                }
            }
        } finally {
            records.setRelease(records.getPlain() + taken);
        }
        return taken;
    }

    private int sizeBytes(long tail, long head) {
        int sizeBytes = Short.toUnsignedInt(
                data.get(ValueLayout.JAVA_SHORT, offsetBytes(tail + SIZE_OFFSET_BYTES)));
        long limit = Math.min(data.byteSize(), head - tail);
        if (sizeBytes < HEADER_BYTES || sizeBytes > limit || sizeBytes % Long.BYTES != 0) {
            throw damaged(tail, "a size of 0x%x bytes, with 0x%x written".formatted(sizeBytes, head - tail));
        }
        return sizeBytes;
    }

    private long offsetBytes(long position) {
        return position & data.byteSize() - 1;
    }

    private int sample(long tail, int sizeBytes) {
        if (sizeBytes < DATA_OFFSET_BYTES) {
            throw damaged(tail, "a sample of 0x%x bytes".formatted(sizeBytes));
        }
        int dataBytes = data.get(ValueLayout.JAVA_INT, offsetBytes(tail + HEADER_BYTES));
        if (dataBytes < 0 || dataBytes > sizeBytes - DATA_OFFSET_BYTES) {
            throw damaged(tail, "0x%x bytes of data in a sample of 0x%x".formatted(dataBytes, sizeBytes));
        }
        long from = offsetBytes(tail + DATA_OFFSET_BYTES);
        long firstBytes = Math.min(dataBytes, data.byteSize() - from);
        MemorySegment.copy(data, from, copy, 0, firstBytes);
        MemorySegment.copy(data, 0, copy, firstBytes, dataBytes - firstBytes);
        return dataBytes;
    }

    private long missed(long tail, int sizeBytes) {
        if (sizeBytes < LOST_OFFSET_BYTES + Long.BYTES) {
            throw damaged(tail, "a count of lost records in 0x%x bytes".formatted(sizeBytes));
        }
        return data.get(ValueLayout.JAVA_LONG, offsetBytes(tail + LOST_OFFSET_BYTES));
    }

    private KernelException damaged(long tail, String problem) {
        return new KernelException(Step.READ_EVENTS, description, 0,
                "CPU %d: the record at position 0x%x: %s".formatted(cpu, tail, problem));
    }

    @Override
    public Rest rest() {
        return rest;
    }

    /** For any thread: the reader's position is read first, so the difference is never negative. */
    PerfBufferStats stats() {
        long tail = (long) DATA_TAIL.getAcquire(page);
        long head = (long) DATA_HEAD.getAcquire(page);
        return new PerfBufferStats(cpu, data.byteSize(), Math.min(head - tail, data.byteSize()), records(), lost());
    }

    /** {@return how many samples were given to handlers; for any thread} */
    long records() {
        return records.getAcquire();
    }

    /** {@return how many records the kernel had no room for, as far as it has said so; for any thread} */
    long lost() {
        return lost.getAcquire();
    }
}
