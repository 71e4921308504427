package bpf4j.map;

import bpf4j.kernel.KernelException;
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
        if (ended) {
            rewind();
            return -1;
        }
        // The kernel writes the position only after it has used it.
        int status = call(BpfCommand.BPF_MAP_LOOKUP_BATCH, begun ? position : MemorySegment.NULL, capacity);
        ended = status == -Errno.ENOENT.number();
        if (!ended) {
            access.check(status);
        }
        begun = true;
        return MapAttr.Batch.COUNT.get(attr);
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
        Objects.checkFromIndexSize(0, elements, capacity);
        if (elements == 0) {
            return;
        }
        int status = call(BpfCommand.BPF_MAP_UPDATE_BATCH, MemorySegment.NULL, elements);
        if (status < 0) {
            int done = MapAttr.Batch.COUNT.get(attr);
            // A call that is refused before the first element leaves the count as it was.
            throw new BatchException(access.refused(status), done >= elements ? 0 : Math.max(done, 0), elements);
        }
    }

    private int call(BpfCommand command, MemorySegment from, int elements) {
        int number = fd.acquire();
        try {
            MapAttr.Batch.IN_BATCH.set(attr, from);
            MapAttr.Batch.OUT_BATCH.set(attr, position);
            MapAttr.Batch.KEYS.set(attr, keys);
            MapAttr.Batch.VALUES.set(attr, values);
            MapAttr.Batch.COUNT.set(attr, elements);
            MapAttr.Batch.MAP_FD.set(attr, number);
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
