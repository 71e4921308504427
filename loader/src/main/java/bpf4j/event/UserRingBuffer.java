package bpf4j.event;

import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.Step;
import bpf4j.object.MapType;
import bpf4j.sys.Epoll;
import bpf4j.sys.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Sends records to programs: a map of type {@code BPF_MAP_TYPE_USER_RINGBUF}, since Linux 6.1, which programs read with
 * {@code bpf_user_ringbuf_drain}. Programs get the records in the order of their reservation, so one that is not
 * finished holds up those behind it. Safe for use by several threads; there must be no other writer in the system.
 *
 * <p>A wait for room ends when a program reads, unless that asks for no wake-up ({@code BPF_RB_NO_WAKEUP}).
 *
 * {@snippet :
 * try (var record = requests.reserve(16).orElseThrow()) {
 *     record.memory().set(ValueLayout.JAVA_LONG, 0, id);
 *     record.memory().set(ValueLayout.JAVA_LONG, 8, System.nanoTime());
 *     record.submit();
 * }
 * }
 */
public final class UserRingBuffer implements AutoCloseable {

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final String description;
    private final Lifetime lifetime;
    private final EventPoll waitPoint;
    private final UserRingWriter writer;
    private final ReentrantLock reserving = new ReentrantLock();
    /** One waits at a time: of two sleepers a wake-up would reach only one. */
    private final ReentrantLock waiting = new ReentrantLock(true);

    private UserRingBuffer(LoadedMap map) {
        description = "user ring buffer '" + map.name() + "'";
        RingMemory memory = new RingMemory(Step.ACCESS_MAP);
        lifetime = new Lifetime(memory::close);
        try {
            waitPoint = new EventPoll(Step.ACCESS_MAP, description);
            memory.add(waitPoint::close);
            RingMemory.Ring ring = memory.ring(map, MapType.BPF_MAP_TYPE_USER_RINGBUF, description);
            waitPoint.watch(ring.fd(), Epoll.EPOLLOUT);
            writer = new UserRingWriter(ring.consumerPage(), ring.producerPage(), ring.data());
        } catch (RuntimeException e) {
            memory.close();
            throw e;
        }
    }

    /**
     * Opens a user ring buffer for writing.
     *
     * @param map a map of type {@code BPF_MAP_TYPE_USER_RINGBUF}
     * @return the writer, the caller's to close
     * @throws bpf4j.kernel.KernelException if the map is of another type, or the kernel refuses
     * @throws IllegalStateException if the object that the map belongs to is closed
     */
    public static UserRingBuffer open(LoadedMap map) {
        return new UserRingBuffer(map);
    }

    /**
     * Makes room for a record, if there is some.
     *
     * @param sizeBytes the size of the record, at most {@link #maxRecordBytes}
     * @return the record to be filled and finished; empty if there is no room
     * @throws IllegalArgumentException if a record cannot have this size
     * @throws IllegalStateException if this is closed
     */
    public Optional<Reservation> reserve(int sizeBytes) {
        return reserve(sizeBytes, Duration.ZERO);
    }

    /**
     * Makes room for a record, and waits until programs have read enough for it.
     *
     * @param sizeBytes the size of the record, at most {@link #maxRecordBytes}
     * @param timeout how long to wait at most; without waiting if zero or negative
     * @return the record to be filled and finished; empty if there was no room in time
     * @throws IllegalArgumentException if a record cannot have this size
     * @throws IllegalStateException if this is closed, or was while this waited
     * @throws bpf4j.kernel.KernelException if the kernel refuses to wait
     */
    public Optional<Reservation> reserve(int sizeBytes, Duration timeout) {
        long offsetBytes = room(sizeBytes, timeout);
        return offsetBytes == UserRingWriter.NO_ROOM ? Optional.empty()
                : Optional.of(new Reservation(offsetBytes, sizeBytes));
    }

    /**
     * Sends a copy of a record, if there is room. Allocates nothing.
     *
     * @param record the record's bytes, at most {@link #maxRecordBytes}
     * @return whether it was sent
     * @throws IllegalArgumentException if a record cannot have this size
     * @throws IllegalStateException if this is closed
     */
    public boolean submit(MemorySegment record) {
        return submit(record, Duration.ZERO);
    }

    /**
     * Sends a copy of a record, and waits until programs have read enough for it.
     *
     * @param record the record's bytes, at most {@link #maxRecordBytes}
     * @param timeout how long to wait at most; without waiting if zero or negative
     * @return whether it was sent, and not too late
     * @throws IllegalArgumentException if a record cannot have this size
     * @throws IllegalStateException if this is closed, or was while this waited
     * @throws bpf4j.kernel.KernelException if the kernel refuses to wait
     */
    public boolean submit(MemorySegment record, Duration timeout) {
        int sizeBytes = (int) Math.min(record.byteSize(), Integer.MAX_VALUE);
        long offsetBytes = room(sizeBytes, timeout);
        if (offsetBytes == UserRingWriter.NO_ROOM) {
            return false;
        }
        boolean discard = true;
        try {
            MemorySegment.copy(record, 0, writer.data(), offsetBytes, sizeBytes);
            discard = false;
        } finally {
            writer.finish(offsetBytes, sizeBytes, discard);
            lifetime.leave();
        }
        return true;
    }

    /** Enters the lifetime if there is room: finishing the record leaves it. */
    private long room(int sizeBytes, Duration timeout) {
        if (sizeBytes < 0 || sizeBytes > maxRecordBytes()) {
            throw new IllegalArgumentException("%s: a record of %d bytes; it has room for %d".formatted(
                    description, sizeBytes, maxRecordBytes()));
        }
        if (!lifetime.enter()) {
            throw closed();
        }
        long offsetBytes = UserRingWriter.NO_ROOM;
        try {
            offsetBytes = tryReserve(sizeBytes);
            long timeoutNanos = Polling.saturatedNanos(timeout);
            if (offsetBytes == UserRingWriter.NO_ROOM && timeoutNanos > 0) {
                offsetBytes = await(sizeBytes, timeoutNanos);
            }
            return offsetBytes;
        } finally {
            if (offsetBytes == UserRingWriter.NO_ROOM) {
                lifetime.leave();
            }
        }
    }

    private long tryReserve(int sizeBytes) {
        reserving.lock();
        try {
            return writer.reserve(sizeBytes);
        } finally {
            reserving.unlock();
        }
    }

    private long await(int sizeBytes, long timeoutNanos) {
        long start = System.nanoTime();
        if (!lockWaiting(timeoutNanos)) {
            return UserRingWriter.NO_ROOM;
        }
        try {
            while (true) {
                if (!lifetime.isOpen()) {
                    throw closed();
                }
                long offsetBytes = tryReserve(sizeBytes);
                long remainingNanos = timeoutNanos - (System.nanoTime() - start);
                if (offsetBytes != UserRingWriter.NO_ROOM || remainingNanos <= 0) {
                    return offsetBytes;
                }
                waitPoint.await((int) Math.min(Integer.MAX_VALUE, Math.ceilDiv(remainingNanos, NANOS_PER_MILLI)));
            }
        } finally {
            waiting.unlock();
        }
    }

    /** A thread that is interrupted goes on waiting for its turn no longer than the deadline, and stays interrupted. */
    private boolean lockWaiting(long timeoutNanos) {
        boolean interrupted = false;
        long start = System.nanoTime();
        try {
            while (true) {
                try {
                    return waiting.tryLock(timeoutNanos - (System.nanoTime() - start), TimeUnit.NANOSECONDS);
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private IllegalStateException closed() {
        return new IllegalStateException(description + ": is closed");
    }

    /** {@return the size of the largest record, in bytes: the ring's size less eight, and always less than 16 MiB} */
    public int maxRecordBytes() {
        return writer.maxRecordBytes();
    }

    /** {@return the size of the ring, in bytes, of which each record needs eight more than its own size rounded up} */
    public long sizeBytes() {
        return writer.sizeBytes();
    }

    /**
     * {@return how much of the ring holds records that programs have not read, in bytes}
     *
     * @throws IllegalStateException if this is closed
     */
    public long pendingBytes() {
        if (!lifetime.enter()) {
            throw closed();
        }
        try {
            return writer.pendingBytes();
        } finally {
            lifetime.leave();
        }
    }

    /** {@return whether this was not closed} */
    public boolean isOpen() {
        return lifetime.isOpen();
    }

    /**
     * Ends writing. A thread that waits for room gets an {@link IllegalStateException}. Records that were submitted
     * stay for the programs. Memory is released when the last reservation is finished, and at once if there is none.
     * Idempotent, and never waits.
     */
    @Override
    public void close() {
        if (lifetime.end()) {
            try {
                waitPoint.wake();
            } finally {
                lifetime.leave();
            }
        }
    }

    @Override
    public String toString() {
        return description;
    }

    /**
     * Room for one record. For one thread, which is the one that reserved it; others get {@link WrongThreadException}.
     * What is not submitted is discarded by {@link #close}.
     */
    public final class Reservation implements AutoCloseable {

        private final Arena scope = Arena.ofConfined();
        private final long offsetBytes;
        private final int sizeBytes;
        private final MemorySegment memory;
        private boolean finished;

        private Reservation(long offsetBytes, int sizeBytes) {
            this.offsetBytes = offsetBytes;
            this.sizeBytes = sizeBytes;
            this.memory = Memory.view(writer.data().asSlice(offsetBytes, sizeBytes), scope, this);
        }

        /**
         * Returns the record's memory, starting at a multiple of eight, with whatever was there before. It cannot be
         * accessed any more once the record is submitted or discarded.
         *
         * @return as many bytes as were asked for
         */
        public MemorySegment memory() {
            return memory;
        }

        /**
         * Lets programs have the record.
         *
         * @throws IllegalStateException if it was submitted or discarded before
         */
        public void submit() {
            if (finished) {
                throw new IllegalStateException(description + ": the record was submitted or discarded before");
            }
            finish(false);
        }

        /** Has programs skip the record. Does nothing if it was submitted or discarded before. */
        public void discard() {
            if (!finished) {
                finish(true);
            }
        }

        private void finish(boolean discard) {
            scope.close();
            finished = true;
            try {
                writer.finish(offsetBytes, sizeBytes, discard);
            } finally {
                lifetime.leave();
            }
        }

        /** The same as {@link #discard}. Idempotent. */
        @Override
        public void close() {
            discard();
        }
    }
}
