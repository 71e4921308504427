package bpf4j.event;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A ring buffer in plain memory, with the kernel's side in Java. The data has room behind the end for a record that
 * begins before it, where the kernel has the start mapped once more.
 */
final class FakeRing {

    final MemorySegment consumerPage;
    final MemorySegment producerPage;
    final MemorySegment data;
    final long sizeBytes;
    private final Runnable notification;

    FakeRing(Arena arena, long sizeBytes, long position) {
        this(arena, sizeBytes, position, () -> { });
    }

    /** @param notification what the kernel does for a waiting reader */
    FakeRing(Arena arena, long sizeBytes, long position, Runnable notification) {
        this.sizeBytes = sizeBytes;
        this.consumerPage = arena.allocate(4096, 8);
        this.producerPage = arena.allocate(4096, 8);
        this.data = arena.allocate(2 * sizeBytes, 8);
        this.notification = notification;
        RingReader.POSITION.set(consumerPage, position);
        RingReader.POSITION.set(producerPage, position);
    }

    RingReader reader(Lifetime lifetime) {
        return new RingReader("fake", 7, consumerPage, producerPage, data.asReadOnly(), lifetime);
    }

    long consumed() {
        return (long) RingReader.POSITION.getAcquire(consumerPage);
    }

    long produced() {
        return (long) RingReader.POSITION.get(producerPage);
    }

    /** {@return the position of a record that is being written, or -1 without room} */
    long reserve(int recordBytes) {
        long position = produced();
        long next = position + RingReader.HEADER_BYTES + Math.ceilDiv(recordBytes, 8) * 8L;
        if (next - consumed() > sizeBytes) {
            return -1;
        }
        RingReader.LENGTH.set(data, position & sizeBytes - 1, recordBytes | RingReader.BUSY_BIT);
        RingReader.POSITION.setRelease(producerPage, next);
        return position;
    }

    void fill(long position, byte first) {
        long offsetBytes = position & sizeBytes - 1;
        int recordBytes = data.get(ValueLayout.JAVA_INT, offsetBytes) & ~RingReader.BUSY_BIT;
        for (int index = 0; index < recordBytes; index++) {
            data.set(ValueLayout.JAVA_BYTE, offsetBytes + RingReader.HEADER_BYTES + index, (byte) (first + index));
        }
    }

    /** As the kernel does: the length by an exchange, which is a full barrier, then a look at where the reader is. */
    void commit(long position, boolean discard) {
        long offsetBytes = position & sizeBytes - 1;
        int length = data.get(ValueLayout.JAVA_INT, offsetBytes) & ~RingReader.BUSY_BIT;
        int submitted = discard ? length | RingReader.DISCARD_BIT : length;
        int _ = (int) RingReader.LENGTH.getAndSet(data, offsetBytes, submitted);
        if (consumed() == position) {
            notification.run();
        }
    }

    void write(int recordBytes, int first) {
        long position = reserve(recordBytes);
        if (position == -1) {
            throw new AssertionError("no room");
        }
        fill(position, (byte) first);
        commit(position, false);
    }
}
