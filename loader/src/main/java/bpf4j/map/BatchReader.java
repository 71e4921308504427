package bpf4j.map;

import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads a map in batches: {@code BPF_MAP_LOOKUP_BATCH} or {@code BPF_MAP_LOOKUP_AND_DELETE_BATCH}. Between two batches
 * there is the kernel's position, whose content is its own affair: a number of 4 bytes or a key. For one thread.
 */
final class BatchReader<K, V> {

    /** Memory for one batch, unless an element alone takes more. */
    private static final int BATCH_BYTES = 1 << 16;
    private static final int MAX_BATCH = 1024;
    private static final int MIN_POSITION_BYTES = Integer.BYTES;

    private final MapAccess access;
    private final Codec<K> keys;
    private final Codec<V> values;
    private final BpfCommand command;
    private final long flags;
    private int size;
    private byte[] position;
    private boolean ended;

    BatchReader(MapAccess access, Codec<K> keys, Codec<V> values, BpfCommand command, long flags) {
        this.access = access;
        this.keys = keys;
        this.values = values;
        this.command = command;
        this.flags = flags;
        this.size = batchSize(access);
    }

    /** {@return how many elements go into one batch} */
    static int batchSize(MapAccess access) {
        return Math.clamp(BATCH_BYTES / Math.max(1, access.keyBytes() + access.valueBytes()), 1, MAX_BATCH);
    }

    /**
     * Reads the next batch.
     *
     * @return its elements, perhaps none; null if this is the first batch and the kernel has no such operation
     */
    List<Map.Entry<K, V>> next() {
        while (true) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment keyBytes = arena.allocate((long) size * access.keyBytes(), Long.BYTES);
                MemorySegment valueBytes = arena.allocate((long) size * access.valueBytes(), Long.BYTES);
                MemorySegment count = arena.allocateFrom(ValueLayout.JAVA_INT, size);
                int positionBytes = Math.max(access.keyBytes(), MIN_POSITION_BYTES);
                MemorySegment to = arena.allocate(positionBytes, Long.BYTES);
                MemorySegment from = position == null ? MemorySegment.NULL
                        : arena.allocate(positionBytes, Long.BYTES).copyFrom(MemorySegment.ofArray(position));
                int status = access.batch(command, from, to, keyBytes, valueBytes, count, flags);
                if (status == -Errno.ENOSPC.number() && size <= access.map().spec().maxEntries()) {
                    // One bucket has more elements than there is room for.
                    size *= 2;
                    continue;
                }
                if (position == null && MapAccess.isUnsupported(status)) {
                    return null;
                }
                ended = status == -Errno.ENOENT.number();
                if (!ended) {
                    access.check(status);
                }
                position = to.toArray(ValueLayout.JAVA_BYTE);
                return entries(keyBytes, valueBytes, Math.min(count.get(ValueLayout.JAVA_INT, 0), size));
            }
        }
    }

    boolean ended() {
        return ended;
    }

    private List<Map.Entry<K, V>> entries(MemorySegment keyBytes, MemorySegment valueBytes, int count) {
        List<Map.Entry<K, V>> result = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            result.add(Map.entry(keys.read(keyBytes, (long) i * access.keyBytes()),
                    values.read(valueBytes, (long) i * access.valueBytes())));
        }
        return result;
    }
}
