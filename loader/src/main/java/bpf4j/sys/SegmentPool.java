package bpf4j.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Small native segments of one size, lent to one user at a time. A segment belongs to a call and never to a thread: a
 * virtual thread may move to another carrier between calls, or be one of a million; neither costs memory or mixes
 * states. Borrowing from a pool that has a free segment allocates nothing.
 *
 * <p>The pool keeps a bounded number of segments. When more are wanted at once, the rest is left to the garbage
 * collector.
 */
final class SegmentPool {

    /** Slots tried before a segment is allocated or given up. */
    private static final int PROBES = 4;
    /** References between two slots, so that two processors do not share a cache line. */
    private static final int STRIDE = 16;
    private static final int MIN_SLOTS = 16;

    private final long sizeBytes;
    private final long alignmentBytes;
    private final AtomicReferenceArray<MemorySegment> slots;
    private final int slotMask;

    SegmentPool(long sizeBytes, long alignmentBytes) {
        this.sizeBytes = sizeBytes;
        this.alignmentBytes = alignmentBytes;
        int processors = Runtime.getRuntime().availableProcessors();
        int slotCount = Integer.highestOneBit(Math.max(MIN_SLOTS, 2 * processors) * 2 - 1);
        this.slots = new AtomicReferenceArray<>(slotCount * STRIDE);
        this.slotMask = slotCount - 1;
    }

    /** {@return a segment with undefined content that nobody else has until it is released} */
    MemorySegment acquire() {
        int first = firstSlot();
        for (int probe = 0; probe < PROBES; probe++) {
            int slot = slot(first + probe);
            if (slots.getOpaque(slot) != null) {
                MemorySegment segment = slots.getAndSet(slot, null);
                if (segment != null) {
                    return segment;
                }
            }
        }
        return Arena.ofAuto().allocate(sizeBytes, alignmentBytes);
    }

    /**
     * Gives a segment back.
     *
     * @param segment what {@link #acquire} returned; not used afterwards
     */
    void release(MemorySegment segment) {
        int first = firstSlot();
        for (int probe = 0; probe < PROBES; probe++) {
            int slot = slot(first + probe);
            if (slots.getOpaque(slot) == null) {
                // An atomic exchange costs more than what it would save: when two give back at once, one segment is
                // left to the garbage collector.
                slots.setRelease(slot, segment);
                return;
            }
        }
    }

    private int slot(int index) {
        return (index & slotMask) * STRIDE;
    }

    private static int firstSlot() {
        return (int) Thread.currentThread().threadId();
    }
}
