package bpf4j.event;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Where records come from. One thread at a time reads, whichever it is; every other method may be called by any thread
 * at any time. A second reader, and a handler that reads from its own source, gets an {@link IllegalStateException}.
 *
 * {@snippet :
 * try (RingBuffer events = RingBuffer.open(loaded.map("events"))) {
 *     while (events.poll(EventSource.FOREVER, record -> print(record)) != EventSource.CLOSED) {
 *     }
 * }
 * }
 */
public sealed interface EventSource extends AutoCloseable permits RingBuffer, PerfBuffer {

    /** What reading returns once the source is closed. */
    int CLOSED = -1;

    /** A timeout that does not end. */
    Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);

    /**
     * Reads what is there, without waiting: also records whose program asked for no wake-up.
     *
     * @param maxRecords how many records at most, greater than 0; also without a limit a call ends at what was there
     *     when it began, however fast more is written
     * @param handler takes them
     * @return how many records were taken, not counting discarded ones, or {@link #CLOSED}
     * @throws bpf4j.kernel.KernelException if the shared memory is damaged
     * @throws IllegalArgumentException if there would be room for no record
     * @throws IllegalStateException if somebody is reading already
     */
    int consume(int maxRecords, RecordHandler handler);

    /**
     * Reads what is there, and waits for a record if there is none.
     *
     * @param timeout how long to wait at most, to the millisecond; without waiting if zero or negative
     * @param maxRecords how many records at most, greater than 0
     * @param handler takes them
     * @return how many records were taken; 0 if none came in time, or because of {@link #wakeUp}; {@link #CLOSED} if
     *     the source is closed, or was while this waited
     * @throws bpf4j.kernel.KernelException if the kernel refuses to wait, or the shared memory is damaged
     * @throws IllegalArgumentException if there would be room for no record
     * @throws IllegalStateException if somebody is reading already
     */
    int poll(Duration timeout, int maxRecords, RecordHandler handler);

    /**
     * Reads all that is there, and waits for a record if there is none: {@link #poll(Duration, int, RecordHandler)}.
     *
     * @param timeout how long to wait at most
     * @param handler takes the records
     * @return how many records were taken, 0, or {@link #CLOSED}
     */
    default int poll(Duration timeout, RecordHandler handler) {
        return poll(timeout, Integer.MAX_VALUE, handler);
    }

    /**
     * Reads all that is there, and waits for a record if there is none. Each record is a window of exactly its size,
     * for this thread, read-only and without a copy, which costs an object for a record. It is good until the handler
     * returns, and cannot be read any more once the poll has returned.
     *
     * @param timeout how long to wait at most
     * @param handler takes the windows
     * @return how many records were taken, 0, or {@link #CLOSED}, as {@link #poll(Duration, int, RecordHandler)} does
     */
    default int poll(Duration timeout, Consumer<MemorySegment> handler) {
        try (RecordWindows windows = new RecordWindows(handler)) {
            return poll(timeout, Integer.MAX_VALUE, windows);
        }
    }

    /**
     * Reads all that is there, without waiting, as windows: {@link #poll(Duration, Consumer)} and {@link
     * #consume(int, RecordHandler)}.
     *
     * @param handler takes the windows
     * @return how many records were taken, or {@link #CLOSED}
     */
    default int consume(Consumer<MemorySegment> handler) {
        try (RecordWindows windows = new RecordWindows(handler)) {
            return consume(Integer.MAX_VALUE, windows);
        }
    }

    /**
     * Makes a stream of the records, in order, which ends when the source is closed. Whoever consumes the stream waits
     * for records, and no more are taken from the source than the stream gives. Closing the stream closes the source.
     *
     * @param <T> what a record becomes
     * @param decoder makes an object of a record's window, never null; the window is not to be kept
     * @return a sequential stream
     */
    default <T> Stream<T> stream(Function<MemorySegment, T> decoder) {
        return EventSpliterator.stream(this, decoder);
    }

    /**
     * Publishes the records to one subscriber, on a thread of its own that starts with the subscription. Records are
     * taken as the subscriber asks for them; meanwhile others wait in the buffer, and when that is full the kernel
     * refuses them to the program.
     *
     * @param <T> what a record becomes
     * @param decoder makes an object of a record's window, never null; the window is not to be kept
     * @return a publisher, which owns this source
     */
    default <T> EventPublisher<T> publisher(Function<MemorySegment, T> decoder) {
        return new EventPublisher<>(this, decoder);
    }

    /** Ends the wait of a poll, which returns 0, or of the next one that would wait. Nothing happens after a close. */
    void wakeUp();

    /**
     * Returns the descriptor that {@link #poll} sleeps on, for an event loop that waits for other things as well. It is
     * readable, {@code EPOLLIN}, when there may be records, and after {@link #wakeUp} until a poll has waited. Whoever
     * finds it so has to {@link #consume} until nothing is left: what was told is not told again.
     *
     * @return a descriptor of epoll, which stays this source's: only to be waited for, and only before a close
     * @throws IllegalStateException if the source is closed
     */
    int epollFd();

    /** {@return whether the source was not closed} */
    boolean isOpen();

    /** {@return what this reads, for messages: {@code ring buffer 'events'}} */
    String description();

    /**
     * Ends reading. A poll that waits returns {@link #CLOSED}. One that is running a handler gives it no further
     * record; memory and descriptors are released when it leaves, and at once if there is none. This never waits, so a
     * handler may close its own source. Idempotent.
     */
    @Override
    void close();
}
