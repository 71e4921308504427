package bpf4j.event;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The producer's side of a user ring buffer, on its memory: {@code kernel/bpf/ringbuf.c}. {@link #reserve} is for one
 * thread at a time; records may be finished by any thread in any order.
 */
final class UserRingWriter {

    /** What {@link #reserve} returns if there is no room. */
    static final long NO_ROOM = -1;

    /**
     * {@code DYNPTR_MAX_SIZE} of {@code kernel/bpf/helpers.c}: programs see a record through a dynptr. A greater one is
     * refused to them each time they look, and neither it nor what is behind it is ever read.
     */
    private static final int MAX_RECORD_BYTES = (1 << 24) - 1;

    private final MemorySegment consumerPage;
    private final MemorySegment producerPage;
    private final MemorySegment data;
    private final long sizeBytes;

    /** @param data mapped twice, one copy behind the other, so that a record over the end is in one piece */
    UserRingWriter(MemorySegment consumerPage, MemorySegment producerPage, MemorySegment data) {
        this.consumerPage = consumerPage;
        this.producerPage = producerPage;
        this.data = data;
        this.sizeBytes = data.byteSize() / 2;
    }

    /** {@return the size of the largest record, in bytes} */
    int maxRecordBytes() {
        return (int) Math.min(sizeBytes - RingReader.HEADER_BYTES, MAX_RECORD_BYTES);
    }

    /**
     * Makes room for a record, which programs do not get past until it is finished.
     *
     * @return where its data begins in the memory, or {@link #NO_ROOM}
     */
    long reserve(int recordBytes) {
        // What was read may be written over only after the reader's position is seen.
        long consumed = (long) RingReader.POSITION.getAcquire(consumerPage);
        long produced = (long) RingReader.POSITION.get(producerPage);
        long occupiedBytes = RingReader.occupiedBytes(recordBytes);
        if (occupiedBytes > sizeBytes - (produced - consumed)) {
            return NO_ROOM;
        }
        long offsetBytes = produced & sizeBytes - 1;
        data.set(ValueLayout.JAVA_INT, offsetBytes + Integer.BYTES, 0);
        data.set(ValueLayout.JAVA_INT, offsetBytes, recordBytes | RingReader.BUSY_BIT);
        RingReader.POSITION.setRelease(producerPage, produced + occupiedBytes);
        return offsetBytes + RingReader.HEADER_BYTES;
    }

    /** Lets programs have a record, or skip it. */
    void finish(long dataOffsetBytes, int recordBytes, boolean discard) {
        RingReader.LENGTH.setRelease(data, dataOffsetBytes - RingReader.HEADER_BYTES,
                discard ? recordBytes | RingReader.DISCARD_BIT : recordBytes);
    }

    MemorySegment data() {
        return data;
    }

    long sizeBytes() {
        return sizeBytes;
    }

    /** {@return what programs have not read yet; for any thread} */
    long pendingBytes() {
        long consumed = (long) RingReader.POSITION.getAcquire(consumerPage);
        return Math.min(sizeBytes, (long) RingReader.POSITION.getAcquire(producerPage) - consumed);
    }
}
