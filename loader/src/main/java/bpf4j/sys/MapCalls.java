package bpf4j.sys;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The commands of {@code bpf(2)} on maps and their elements. Every result is the command's, or a negated errno.
 * Segments may be on the heap, where nothing else is said: they are copied. A call with native ones is given these.
 * Safe for use by several threads.
 */
public final class MapCalls {

    private final Kernel kernel;

    MapCalls(Kernel kernel) {
        this.kernel = kernel;
    }

    /**
     * Reads an element: {@link BpfCommand#BPF_MAP_LOOKUP_ELEM}.
     *
     * @param map the map
     * @param key the key, empty for maps without keys
     * @param value receives the value; what is there before is what a Bloom filter looks for. The kernel writes as many
     *     bytes as the map's values have, for per-CPU maps those of all possible CPUs: fewer are a memory error
     * @param flags {@code BPF_F_LOCK} and the like
     * @return 0 or a negated errno
     */
    public int lookup(int map, MemorySegment key, MemorySegment value, long flags) {
        try (var buffer = CallBuffer.acquire()) {
            return element(BpfCommand.BPF_MAP_LOOKUP_ELEM, buffer, map, key, value, value, flags);
        }
    }

    /**
     * Reads an element and deletes it: {@link BpfCommand#BPF_MAP_LOOKUP_AND_DELETE_ELEM}.
     *
     * @param map the map
     * @param key the key, empty for maps without keys
     * @param value receives the value, as large as for {@link #lookup}
     * @param flags {@code BPF_F_LOCK}
     * @return 0 or a negated errno
     */
    public int lookupAndDelete(int map, MemorySegment key, MemorySegment value, long flags) {
        try (var buffer = CallBuffer.acquire()) {
            return element(BpfCommand.BPF_MAP_LOOKUP_AND_DELETE_ELEM, buffer, map, key, value, value, flags);
        }
    }

    /**
     * Writes an element: {@link BpfCommand#BPF_MAP_UPDATE_ELEM}.
     *
     * @param map the map
     * @param key the key, empty for maps without keys
     * @param value the value, as large as for {@link #lookup}
     * @param flags {@code BPF_ANY}, {@code BPF_NOEXIST}, {@code BPF_EXIST}
     * @return 0 or a negated errno
     */
    public int update(int map, MemorySegment key, MemorySegment value, long flags) {
        try (var buffer = CallBuffer.acquire()) {
            return element(BpfCommand.BPF_MAP_UPDATE_ELEM, buffer, map, key, value, MemorySegment.NULL, flags);
        }
    }

    /**
     * Deletes an element: {@link BpfCommand#BPF_MAP_DELETE_ELEM}.
     *
     * @param map the map
     * @param key the key
     * @return 0 or a negated errno
     */
    public int delete(int map, MemorySegment key) {
        try (var buffer = CallBuffer.acquire()) {
            return element(BpfCommand.BPF_MAP_DELETE_ELEM, buffer, map, key, MemorySegment.NULL, MemorySegment.NULL, 0);
        }
    }

    /**
     * Finds the key after another: {@link BpfCommand#BPF_MAP_GET_NEXT_KEY}.
     *
     * @param map the map
     * @param key the key before, or {@link MemorySegment#NULL} for the first
     * @param next receives the key after it
     * @return 0, {@code -ENOENT} at the end, or another negated errno
     */
    public int nextKey(int map, MemorySegment key, MemorySegment next) {
        try (var buffer = CallBuffer.acquire()) {
            return element(BpfCommand.BPF_MAP_GET_NEXT_KEY, buffer, map, key, next, next, 0);
        }
    }

    /**
     * Calls for many elements: one of the four commands that end in {@code BATCH}.
     *
     * @param command which of the four
     * @param map the map
     * @param from where to go on, native memory, or {@link MemorySegment#NULL} to start; of updates and deletions
     *     nothing
     * @param to receives where to go on, native memory; of updates and deletions nothing
     * @param keys native memory of the keys
     * @param values native memory of the values, as large as for {@link #lookup}; of deletions nothing
     * @param count a native {@code int}: how many there is room for or are given, then how many were done
     * @param flags {@code BPF_F_LOCK} or 0
     * @return 0, {@code -ENOENT} at the end, or another negated errno
     */
    public int batch(BpfCommand command, int map, MemorySegment from, MemorySegment to, MemorySegment keys,
            MemorySegment values, MemorySegment count, long flags) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment attr = MapAttr.Batch.STRUCT.allocate(buffer);
            MapAttr.Batch.IN_BATCH.set(attr, from);
            MapAttr.Batch.OUT_BATCH.set(attr, to);
            MapAttr.Batch.KEYS.set(attr, keys);
            MapAttr.Batch.VALUES.set(attr, values);
            MapAttr.Batch.COUNT.set(attr, count.get(ValueLayout.JAVA_INT, 0));
            MapAttr.Batch.MAP_FD.set(attr, map);
            MapAttr.Batch.ELEM_FLAGS.set(attr, flags);
            int status = kernel.bpf(command, attr, MapAttr.Batch.STRUCT.sizeBytes());
            count.set(ValueLayout.JAVA_INT, 0, MapAttr.Batch.COUNT.get(attr));
            return status;
        }
    }

    /**
     * Forbids user space to write: {@link BpfCommand#BPF_MAP_FREEZE}.
     *
     * @param map the map
     * @return 0 or a negated errno
     */
    public int freeze(int map) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment attr = MapAttr.Elem.STRUCT.allocate(buffer);
            MapAttr.Elem.MAP_FD.set(attr, map);
            return kernel.bpf(BpfCommand.BPF_MAP_FREEZE, attr, MapAttr.Elem.MAP_FD.endBytes());
        }
    }

    private int element(BpfCommand command, CallBuffer buffer, int map, MemorySegment key, MemorySegment value,
            MemorySegment result, long flags) {
        MemorySegment attr = MapAttr.Elem.STRUCT.allocate(buffer);
        MemorySegment nativeValue = buffer.copy(value);
        MapAttr.Elem.MAP_FD.set(attr, map);
        // The kernel refuses a pointer to a key that the map does not have.
        MapAttr.Elem.KEY.set(attr, key.byteSize() == 0 ? MemorySegment.NULL : buffer.copy(key));
        MapAttr.Elem.VALUE.set(attr, nativeValue);
        MapAttr.Elem.FLAGS.set(attr, flags);
        int status = kernel.bpf(command, attr, MapAttr.Elem.STRUCT.sizeBytes());
        if (status >= 0 && !result.isNative()) {
            result.copyFrom(nativeValue);
        }
        return status;
    }
}
