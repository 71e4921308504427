package bpf4j.map;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedMap;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import bpf4j.sys.Fd;
import bpf4j.sys.Kernel;
import bpf4j.sys.MapAttr;
import bpf4j.sys.Watch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Access to many elements with one system call and without garbage: keys and values in native memory, one behind the
 * other, which system calls read and fill. Exceptions aside, no method allocates once the optimizing compiler has
 * compiled it.
 *
 * {@snippet :
 * try (MapBatch batch = map.batch(1000)) {
 *     for (int count = batch.next(); count >= 0; count = batch.next()) {
 *         for (int i = 0; i < count; i++) {
 *             packets += batch.values().get(ValueLayout.JAVA_LONG, i * batch.valueBytes());
 *         }
 *     }
 * }
 * }
 *
 * <p>Hash tables and arrays have such calls since Linux 5.6. A batch is for the thread that made it; other threads get
 * {@link WrongThreadException}. After {@link #close}, and once the map is closed, every method throws {@link
 * IllegalStateException}.
 */
public final class MapBatch implements AutoCloseable {

    private static final int MIN_POSITION_BYTES = Integer.BYTES;

    private final Arena arena = Arena.ofConfined();
    private final Watch watch;
    private final MapAccess access;
    private final Fd fd;
    private final Kernel kernel;
    private final int capacity;
    private final MemorySegment keys;
    private final MemorySegment values;
    private final MemorySegment attr;
    private final MemorySegment position;
    private boolean begun;
    private boolean ended;

    MapBatch(MapAccess access, int capacity) {
        if (capacity <= 0) {
            throw new IllegalArgumentException("a batch of " + capacity + " elements");
        }
        this.access = access;
        this.fd = access.map().descriptor();
        this.kernel = access.map().kernel();
        this.capacity = capacity;
        this.keys = arena.allocate((long) capacity * access.keyBytes(), Long.BYTES);
        this.values = arena.allocate((long) capacity * access.valueBytes(), Long.BYTES);
        this.attr = MapAttr.Batch.STRUCT.allocate(arena);
        this.position = arena.allocate(Math.max(access.keyBytes(), MIN_POSITION_BYTES), Long.BYTES);
        this.watch = Watch.over(arena.scope(), "a batch of " + fd, () -> { });
    }

    /** {@return how many elements there is room for} */
    public int capacity() {
        return capacity;
    }

    /** {@return the keys, native memory: one each {@link #keyBytes}} */
    public MemorySegment keys() {
        return keys;
    }

    /** {@return the values, native memory: one each {@link #valueBytes}} */
    public MemorySegment values() {
        return values;
    }

    /** {@return the size of a key in bytes} */
    public long keyBytes() {
        return access.keyBytes();
    }

    /** {@return the size of a value in bytes; of a per-CPU map that of the values of all possible CPUs} */
    public long valueBytes() {
        return access.valueBytes();
    }

    /**
     * Reads the next elements, from the first ones on. What programs and others change meanwhile may be missed.
     *
     * @return how many were read, perhaps none; -1 behind the last, and the next call begins again
     * @throws KernelException if the kernel refuses, as with ENOSPC where one bucket of a hash table has more elements
     *     than there is room for: a larger batch reads it
     */
    public int next() {
        return next(0);
    }

    /**
     * Reads the next elements, as {@link #next()} does.
     *
     * @param flags {@link LoadedMap#BPF_F_LOCK} or 0
     * @return how many were read, perhaps none; -1 behind the last, and the next call begins again
     * @throws KernelException if the kernel refuses
     */
    public int next(long flags) {
        return read(BpfCommand.BPF_MAP_LOOKUP_BATCH, flags);
    }

    /**
     * Reads the next elements of a hash table and deletes them, in one step for each bucket.
     *
     * @return how many were taken, perhaps none; -1 behind the last, and the next call begins again
     * @throws KernelException if the kernel refuses, as {@link #next()} is refused, and for arrays
     */
    public int takeNext() {
        return read(BpfCommand.BPF_MAP_LOOKUP_AND_DELETE_BATCH, 0);
    }

    private int read(BpfCommand command, long flags) {
        if (ended) {
            rewind();
            return -1;
        }
        // The kernel writes the position only after it has used it.
        int status = call(command, begun ? position.address() : 0, keys.address(), capacity, flags);
        ended = status == -Errno.ENOENT.number();
        // Elements vanished faster than a kernel before 6.13 could read on; those before them are here.
        boolean cut = status == -Errno.EINTR.number();
        if (!ended && !cut) {
            access.check(status);
        }
        int count = MapAttr.Batch.COUNT.get(attr);
        begun |= !cut || count > 0;
        return count;
    }

    /** Makes {@link #next} begin with the first elements. */
    public void rewind() {
        begun = false;
        ended = false;
    }

    /**
     * Writes the first elements of the memory to the map.
     *
     * @param elements how many
     * @throws BatchException if the kernel refuses one of them; those before it were written
     * @throws IndexOutOfBoundsException if there is no room for so many
     */
    public void update(int elements) {
        update(elements, 0);
    }

    /**
     * Writes the first elements of the memory to the map.
     *
     * @param elements how many
     * @param flags {@link LoadedMap#BPF_F_LOCK} or 0: the kernel takes no others for batches
     * @throws BatchException if the kernel refuses one of them; those before it were written
     * @throws IndexOutOfBoundsException if there is no room for so many
     */
    public void update(int elements, long flags) {
        Objects.checkFromIndexSize(0, elements, capacity);
        if (elements == 0) {
            return;
        }
        int status = call(BpfCommand.BPF_MAP_UPDATE_BATCH, 0, keys.address(), elements, flags);
        if (status < 0) {
            throw new BatchException(access.refused(status), doneOf(elements), elements);
        }
    }

    /**
     * Deletes the elements of the first keys of the memory; keys that are not there are passed over.
     *
     * @param elements how many
     * @return how many were there
     * @throws BatchException if the kernel refuses one of them; those before it were deleted
     * @throws IndexOutOfBoundsException if there is no room for so many
     */
    public int delete(int elements) {
        Objects.checkFromIndexSize(0, elements, capacity);
        int deleted = 0;
        int at = 0;
        while (at < elements) {
            int status = call(BpfCommand.BPF_MAP_DELETE_BATCH, 0, keys.address() + at * keyBytes(), elements - at, 0);
            int done = status < 0 ? doneOf(elements - at) : elements - at;
            deleted += done;
            at += done;
            if (status == -Errno.ENOENT.number()) {
                // A batch stops at a key that is not there.
                at++;
            } else if (status < 0) {
                throw new BatchException(access.refused(status), at, elements);
            }
        }
        return deleted;
    }

    /** How many of a batch that was refused were done; one that is refused before the first leaves the count alone. */
    private int doneOf(int elements) {
        int done = MapAttr.Batch.COUNT.get(attr);
        return done >= elements ? 0 : Math.max(done, 0);
    }

    private int call(BpfCommand command, long from, long firstKey, int elements, long flags) {
        int number = fd.acquire();
        try {
            MapAttr.Batch.IN_BATCH.set(attr, from);
            MapAttr.Batch.OUT_BATCH.set(attr, position);
            MapAttr.Batch.KEYS.set(attr, firstKey);
            MapAttr.Batch.VALUES.set(attr, values);
            MapAttr.Batch.COUNT.set(attr, elements);
            MapAttr.Batch.MAP_FD.set(attr, number);
            MapAttr.Batch.ELEM_FLAGS.set(attr, flags);
            return kernel.bpf(command, attr, MapAttr.Batch.STRUCT.sizeBytes());
        } finally {
            fd.release();
        }
    }

    /** Frees keys and values, which must not be used any more. Calling it again does nothing. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
            watch.end();
        }
    }
}
