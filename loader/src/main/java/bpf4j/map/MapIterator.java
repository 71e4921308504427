package bpf4j.map;

import bpf4j.sys.BpfCommand;
import bpf4j.sys.CallBuffer;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;

/** The elements of a map: in batches where those are steady, else key by key. For one thread. */
final class MapIterator<K, V> implements Iterator<Map.Entry<K, V>> {

    private final MapAccess access;
    private final Codec<K> keys;
    private final Codec<V> values;
    private final long flags;
    private BatchReader<K, V> batches;
    private KeyWalk walk;
    private Iterator<Map.Entry<K, V>> chunk = Collections.emptyIterator();
    private Map.Entry<K, V> next;

    MapIterator(MapAccess access, Codec<K> keys, Codec<V> values, long flags) {
        this.access = access;
        this.keys = keys;
        this.values = values;
        this.flags = flags;
        if (MapFamily.hasSteadyBatches(access.type())) {
            batches = new BatchReader<>(access, keys, values, BpfCommand.BPF_MAP_LOOKUP_BATCH, flags);
        } else {
            walk = new KeyWalk(access);
        }
    }

    @Override
    public boolean hasNext() {
        if (next == null) {
            next = advance();
        }
        return next != null;
    }

    @Override
    public Map.Entry<K, V> next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Map.Entry<K, V> result = next;
        next = null;
        return result;
    }

    private Map.Entry<K, V> advance() {
        while (batches != null) {
            if (chunk.hasNext()) {
                return chunk.next();
            }
            if (batches.ended()) {
                return null;
            }
            var read = batches.next();
            if (read == null) {
                batches = null;
                walk = new KeyWalk(access);
            } else {
                chunk = read.iterator();
            }
        }
        for (byte[] key = walk.next(); key != null; key = walk.next()) {
            try (var buffer = CallBuffer.acquire()) {
                MemorySegment value = access.allocateValue(buffer);
                if (access.found(access.lookup(MemorySegment.ofArray(key), value, flags))) {
                    return Map.entry(keys.read(MemorySegment.ofArray(key), 0), values.read(value, 0));
                }
            }
        }
        return null;
    }
}
