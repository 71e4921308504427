package bpf4j.event;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.Step;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The consumer's side of one ring buffer, on its memory: {@code kernel/bpf/ringbuf.c} and {@code
 * Documentation/bpf/ringbuf.rst}. For one thread at a time, apart from what the methods say.
 */
final class RingReader implements Pass {

    /** {@code BPF_RINGBUF_BUSY_BIT} of a record's length: it is being written. */
    static final int BUSY_BIT = 1 << 31;
    /** {@code BPF_RINGBUF_DISCARD_BIT} of a record's length: its program thought better of it. */
    static final int DISCARD_BIT = 1 << 30;
    /** {@code BPF_RINGBUF_HDR_SZ}: the length, and a number of the kernel's. */
    static final int HEADER_BYTES = 8;
    /**
     * In how many portions the ring is given back. Programs read the position for each record that they write, so each
     * store of it costs them a cache miss; and only the one who writes behind it wakes the reader.
     */
    private static final int PORTIONS = 64;

    /** A position, at the start of its page. Accesses give the order that the package's description explains. */
    static final VarHandle POSITION = MethodHandles.insertCoordinates(ValueLayout.JAVA_LONG.varHandle(), 1, 0L);
    /** The length of a record, with its bits. */
    static final VarHandle LENGTH = ValueLayout.JAVA_INT.varHandle();

    private final String description;
    private final int source;
    private final MemorySegment consumerPage;
    private final MemorySegment producerPage;
    private final MemorySegment data;
    private final long sizeBytes;
    private final long portionBytes;
    private final Lifetime lifetime;
    private Rest rest = Rest.EMPTY;
    private final AtomicLong records = new AtomicLong();
    private final AtomicLong discarded = new AtomicLong();

    /**
     * @param source what the handler is told
     * @param data mapped twice, one copy behind the other, so that a record over the end is in one piece
     * @param lifetime stops a pass when it ends
     */
    RingReader(String description, int source, MemorySegment consumerPage, MemorySegment producerPage,
            MemorySegment data, Lifetime lifetime) {
        this.description = description;
        this.source = source;
        this.consumerPage = consumerPage;
        this.producerPage = producerPage;
        this.data = data;
        this.sizeBytes = data.byteSize() / 2;
        this.portionBytes = sizeBytes / PORTIONS;
        this.lifetime = lifetime;
    }

    @Override
    public int consume(int maxRecords, RecordHandler handler) {
        long position = (long) POSITION.get(consumerPage);
        long end = (long) POSITION.getAcquire(producerPage);
        if (Long.compareUnsigned(end - position, sizeBytes) > 0) {
            throw damaged(position, "the producer is at 0x%x, farther than the size 0x%x".formatted(end, sizeBytes));
        }
        if (position % Long.BYTES != 0) {
            throw damaged(position, "a record begins at a multiple of eight");
        }
        // Read once: each acquire in the loop would have fields read again.
        MemorySegment ring = data;
        long offsetMask = sizeBytes - 1;
        long portion = portionBytes;
        Lifetime open = lifetime;
        long published = position;
        int taken = 0;
        int skipped = 0;
        boolean busy = false;
        try {
            while (position != end && taken < maxRecords && open.isOpen()) {
                long offsetBytes = position & offsetMask;
                int length = (int) LENGTH.getAcquire(ring, offsetBytes);
                if ((length & BUSY_BIT) != 0) {
                    busy = true;
                    break;
                }
                int recordBytes = length & ~DISCARD_BIT;
                long next = position + occupiedBytes(recordBytes);
                if (next - position > end - position) {
                    throw damaged(position, "its length 0x%x runs past the producer at 0x%x".formatted(length, end));
                }
                position = next;
                if ((length & DISCARD_BIT) == 0) {
                    taken++;
                    handler.onRecord(source, ring, offsetBytes + HEADER_BYTES, recordBytes);
                } else {
                    skipped++;
                }
                if (position - published >= portion) {
                    POSITION.setRelease(consumerPage, position);
                    published = position;
                }
            }
        } finally {
            if (published != position) {
                POSITION.setRelease(consumerPage, position);
            }
            count(taken, skipped);
            rest = skipped > 0 ? Rest.MOVED : busy ? Rest.BUSY : Rest.EMPTY;
        }
        return taken;
    }

    /** What a record takes up: the header, and up to 7 bytes behind it. */
    static long occupiedBytes(int recordBytes) {
        return HEADER_BYTES + (recordBytes + 7L & -8L);
    }

    /** Only the reader writes, so there is nothing to be atomic; the fence of a volatile store would cost much. */
    private void count(int taken, int skipped) {
        records.setRelease(records.getPlain() + taken);
        discarded.setRelease(discarded.getPlain() + skipped);
    }

    private KernelException damaged(long position, String problem) {
        return new KernelException(Step.READ_EVENTS, description, 0,
                "the record at position 0x%x: %s".formatted(position, problem));
    }

    @Override
    public Rest rest() {
        return rest;
    }

    /** For any thread: the consumer's position is read first, so the difference is never negative. */
    RingBufferStats stats() {
        long consumed = (long) POSITION.getAcquire(consumerPage);
        long produced = (long) POSITION.getAcquire(producerPage);
        return new RingBufferStats(sizeBytes, Math.min(produced - consumed, sizeBytes), consumed, produced,
                records.getAcquire(), discarded.getAcquire());
    }
}
