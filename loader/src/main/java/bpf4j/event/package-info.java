/**
 * Events between programs and this process: ring buffers, perf buffers, and the ring buffer in the other direction.
 *
 * <p>{@link bpf4j.event.RingBuffer} and {@link bpf4j.event.PerfBuffer} are {@link bpf4j.event.EventSource}s: records
 * are given to a handler where they are, without a copy. {@link bpf4j.event.EventThread} polls on a thread of its own,
 * and {@link bpf4j.event.EventSource#stream} and {@link bpf4j.event.EventSource#publisher} turn records into objects.
 * {@link bpf4j.event.UserRingBuffer} sends records to programs.
 *
 * <h2>Memory order</h2>
 *
 * <p>A ring buffer is shared with the kernel: {@code Documentation/bpf/ringbuf.rst}. A reader loads the producer's
 * position and the length of each record with acquire semantics, so it sees all that a program wrote before it
 * submitted the record. It stores its own position with release semantics, after handlers have returned, so the kernel
 * writes over a record only when the handler's reads of it are done; and not for each record, but whenever a
 * sixty-fourth of the buffer has been read, and before a call returns. Between that store and the next loads, before it
 * goes to sleep, is a full barrier ({@link java.lang.invoke.VarHandle#fullFence}): a program that submits in between
 * sees the position and wakes the reader, or the reader sees the record. Positions are 64-bit counters that only grow;
 * they are compared by their difference, so that they may wrap.
 *
 * <h2>Closing</h2>
 *
 * <p>Memory is unmapped when the source is closed and nobody is inside of it: a close during a poll wakes the poll,
 * lets a running handler finish, and the poll releases everything as it leaves. Windows given to handlers end with the
 * poll; an access after that is an {@link IllegalStateException}, never an access to memory that is not there.
 *
 * <h2>Virtual threads</h2>
 *
 * <p>All classes work on virtual threads. A poll that waits is a native call, which would keep the carrier of a virtual
 * thread; a platform thread sleeps in its place, at the price of two switches for each wait. For many events {@link
 * bpf4j.event.EventThread} is better: it waits itself. Interrupting a thread does not end its poll; {@link
 * bpf4j.event.EventSource#wakeUp} and {@link bpf4j.event.EventSource#close} do.
 */
package bpf4j.event;
