package bpf4j.sys;

import java.lang.foreign.MemorySegment;

/**
 * The commands of {@code bpf(2)} on maps and their elements. Every result is the command's, or a negated errno.
 * Segments may be on the heap: they are copied.
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
     * @param key the key
     * @param value receives the value
     * @param flags {@code BPF_F_LOCK} and the like
     * @return 0 or a negated errno
     */
    public int lookup(int map, MemorySegment key, MemorySegment value, long flags) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment result = buffer.allocate(value.byteSize(), Long.BYTES);
            int status = element(BpfCommand.BPF_MAP_LOOKUP_ELEM, buffer, map, key, result, flags);
            if (status >= 0) {
                value.copyFrom(result);
            }
            return status;
        }
    }

    /**
     * Writes an element: {@link BpfCommand#BPF_MAP_UPDATE_ELEM}.
     *
     * @param map the map
     * @param key the key
     * @param value the value
     * @param flags {@code BPF_ANY}, {@code BPF_NOEXIST}, {@code BPF_EXIST}
     * @return 0 or a negated errno
     */
    public int update(int map, MemorySegment key, MemorySegment value, long flags) {
        try (var buffer = CallBuffer.acquire()) {
            return element(BpfCommand.BPF_MAP_UPDATE_ELEM, buffer, map, key, buffer.copy(value), flags);
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
            return element(BpfCommand.BPF_MAP_DELETE_ELEM, buffer, map, key, MemorySegment.NULL, 0);
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
            MemorySegment result = buffer.allocate(next.byteSize(), Long.BYTES);
            int status = element(BpfCommand.BPF_MAP_GET_NEXT_KEY, buffer, map, key, result, 0);
            if (status >= 0) {
                next.copyFrom(result);
            }
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
            long flags) {
        MemorySegment attr = MapAttr.Elem.STRUCT.allocate(buffer);
        MapAttr.Elem.MAP_FD.set(attr, map);
        MapAttr.Elem.KEY.set(attr, buffer.copy(key));
        MapAttr.Elem.VALUE.set(attr, value);
        MapAttr.Elem.FLAGS.set(attr, flags);
        return kernel.bpf(command, attr, MapAttr.Elem.STRUCT.sizeBytes());
    }
}
