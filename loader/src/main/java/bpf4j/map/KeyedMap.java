package bpf4j.map;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedMap;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.CallBuffer;
import bpf4j.sys.Errno;
import java.lang.foreign.MemorySegment;
import java.util.Collection;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What maps of keys and values can do, whether they have one value for each key or one for each CPU. Safe for use by
 * several threads, virtual ones too. It belongs to its {@link LoadedMap}: once that is closed, every method throws
 * {@link IllegalStateException}.
 *
 * @param <K> the keys
 * @param <V> the values
 */
public abstract sealed class KeyedMap<K, V> permits BpfMap, PerCpuMap {

    private final MapAccess access;
    private final Codec<K> keys;
    private final Codec<V> values;

    KeyedMap(MapAccess access, Codec<K> keys, Codec<V> values) {
        access.requireKey(keys);
        access.requireValue(values);
        this.access = access;
        this.keys = keys;
        this.values = values;
    }

    /** {@return the map; who opened it closes it} */
    public LoadedMap map() {
        return access.map();
    }

    /** {@return the codec of the keys} */
    public Codec<K> keys() {
        return keys;
    }

    /** {@return the codec of the values} */
    public Codec<V> values() {
        return values;
    }

    /**
     * Reads an element.
     *
     * @param key the key
     * @return the value, empty if there is no such element
     * @throws KernelException if the kernel refuses
     */
    public Optional<V> lookup(K key) {
        return lookup(key, 0);
    }

    /**
     * Reads an element.
     *
     * @param key the key
     * @param flags {@link LoadedMap#BPF_F_LOCK} or 0
     * @return the value, empty if there is no such element
     * @throws KernelException if the kernel refuses
     */
    public Optional<V> lookup(K key, long flags) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment value = access.allocateValue(buffer);
            int status = access.lookup(MapAccess.encode(buffer, keys, key), value, flags);
            return access.found(status) ? Optional.of(values.read(value, 0)) : Optional.empty();
        }
    }

    /**
     * Reads an element that is there, as those of arrays are.
     *
     * @param key the key
     * @return the value
     * @throws NoSuchElementException if there is no such element
     * @throws KernelException if the kernel refuses
     */
    public V get(K key) {
        return lookup(key).orElseThrow(() -> new NoSuchElementException(
                "%s: no element %s".formatted(access.subject(), key)));
    }

    /**
     * Writes an element, whether or not it is there.
     *
     * @param key the key
     * @param value the value
     * @throws KernelException if the kernel refuses, as with E2BIG where the map is full
     */
    public void put(K key, V value) {
        put(key, value, LoadedMap.BPF_ANY);
    }

    /**
     * Writes an element.
     *
     * @param key the key
     * @param value the value
     * @param flags {@link LoadedMap#BPF_ANY}, {@link LoadedMap#BPF_NOEXIST} or {@link LoadedMap#BPF_EXIST}, with {@link
     *     LoadedMap#BPF_F_LOCK} or without
     * @throws KernelException if the kernel refuses, as with EEXIST and ENOENT for these flags
     */
    public void put(K key, V value, long flags) {
        access.check(update(key, value, flags));
    }

    /**
     * Writes an element that is not there.
     *
     * @param key the key
     * @param value the value
     * @return whether it was written; in an array never
     * @throws KernelException if the kernel refuses
     */
    public boolean putIfAbsent(K key, V value) {
        int status = update(key, value, LoadedMap.BPF_NOEXIST);
        if (status == -Errno.EEXIST.number()) {
            return false;
        }
        access.check(status);
        return true;
    }

    /**
     * Writes an element that is there.
     *
     * @param key the key
     * @param value the value
     * @return whether it was written
     * @throws KernelException if the kernel refuses
     */
    public boolean replace(K key, V value) {
        return access.found(update(key, value, LoadedMap.BPF_EXIST));
    }

    private int update(K key, V value, long flags) {
        try (var buffer = CallBuffer.acquire()) {
            return access.update(MapAccess.encode(buffer, keys, key), MapAccess.encode(buffer, values, value), flags);
        }
    }

    /**
     * Deletes an element.
     *
     * @param key the key
     * @return whether there was one; of device and CPU maps by index always true, as the kernel does not tell
     * @throws KernelException if the kernel refuses, as for elements of arrays
     */
    public boolean delete(K key) {
        return access.delete(keys, key);
    }

    /**
     * Reads and deletes an element of a hash table in one step.
     *
     * @param key the key
     * @return the value, empty if there is no such element
     * @throws KernelException if the kernel refuses, as before Linux 5.14
     */
    public Optional<V> lookupAndDelete(K key) {
        return lookupAndDelete(key, 0);
    }

    /**
     * Reads and deletes an element of a hash table in one step.
     *
     * @param key the key
     * @param flags {@link LoadedMap#BPF_F_LOCK} or 0
     * @return the value, empty if there is no such element
     * @throws KernelException if the kernel refuses, as before Linux 5.14
     */
    public Optional<V> lookupAndDelete(K key, long flags) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment value = access.allocateValue(buffer);
            int status = access.lookupAndDelete(MapAccess.encode(buffer, keys, key), value, flags);
            return access.found(status) ? Optional.of(values.read(value, 0)) : Optional.empty();
        }
    }

    /**
     * Finds the first key.
     *
     * @return the key, empty if there is none
     * @throws KernelException if the kernel refuses
     */
    public Optional<K> firstKey() {
        return keyAfter(MemorySegment.NULL);
    }

    /**
     * Finds the key that follows another.
     *
     * @param key the key before
     * @return the key after it, empty at the end; after a key that is gone, the first
     * @throws KernelException if the kernel refuses
     */
    public Optional<K> nextKey(K key) {
        try (var buffer = CallBuffer.acquire()) {
            return keyAfter(MapAccess.encode(buffer, keys, key));
        }
    }

    private Optional<K> keyAfter(MemorySegment key) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment next = buffer.allocate(access.keyBytes(), Long.BYTES);
            return access.found(access.nextKey(key, next)) ? Optional.of(keys.read(next, 0)) : Optional.empty();
        }
    }

    /**
     * Goes through the elements while programs and other threads may change the map. An element that is there all the
     * time comes exactly once, one that comes or goes meanwhile once or not at all. Empty slots are left out.
     *
     * <p>Hash tables and arrays are read in batches, of one system call for up to a thousand elements, so a value may
     * be as old as its batch. A deletion does not disturb that. Other maps, and these before Linux 5.6, are read key by
     * key; there the kernel begins again where a key has vanished, which is noticed: the walk goes on behind the last
     * key that is still there, and skips keys that were seen. This keeps all keys in memory. It gives up if the kernel
     * leads back to known keys 64 times with no new one between, or there come twice as many as the map can hold. In
     * hash tables of this kind, such as those of maps, an element that is replaced just then may be left out: the
     * kernel moves it to the front of its bucket.
     *
     * @return the elements, read as the stream is consumed; for one thread, nothing to close
     * @throws KernelException while it is consumed, if the kernel refuses
     * @throws ConcurrentModificationException while it is consumed, if keys vanish faster than they can be read
     */
    public Stream<Map.Entry<K, V>> stream() {
        return stream(0);
    }

    /**
     * Goes through the elements as {@link #stream()} does.
     *
     * @param flags {@link LoadedMap#BPF_F_LOCK}, for values that are whole although programs change them under their
     *     spin lock, or 0
     * @return the elements, read as the stream is consumed; for one thread, nothing to close
     * @throws KernelException while it is consumed, if the kernel refuses
     * @throws ConcurrentModificationException while it is consumed, if keys vanish faster than they can be read
     */
    public Stream<Map.Entry<K, V>> stream(long flags) {
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(new MapIterator<>(access, keys, values, flags),
                Spliterator.NONNULL), false);
    }

    /**
     * Does something with each element, as with those of {@link #stream()}.
     *
     * @param action what to do with key and value
     * @throws KernelException if the kernel refuses
     */
    public void forEach(BiConsumer<? super K, ? super V> action) {
        stream().forEach(entry -> action.accept(entry.getKey(), entry.getValue()));
    }

    /**
     * Writes many elements, in few system calls where the kernel can.
     *
     * @param elements the elements
     * @throws BatchException if the kernel refuses one of them; those before it, in the map's order, were written
     */
    public void putAll(Map<? extends K, ? extends V> elements) {
        putAll(elements, LoadedMap.BPF_ANY);
    }

    /**
     * Writes many elements, in few system calls where the kernel can: not with {@link LoadedMap#BPF_NOEXIST} and {@link
     * LoadedMap#BPF_EXIST}.
     *
     * @param elements the elements
     * @param flags as for {@link #put(Object, Object, long)}
     * @throws BatchException if the kernel refuses one of them; those before it, in the map's order, were written
     */
    public void putAll(Map<? extends K, ? extends V> elements, long flags) {
        List<Map.Entry<K, V>> entries = elements.entrySet().stream()
                .map(entry -> Map.<K, V>entry(entry.getKey(), entry.getValue())).toList();
        new BatchWriter<>(access, keys, values).update(entries, flags);
    }

    /**
     * Deletes many elements, in few system calls where the kernel can.
     *
     * @param wanted their keys; those that are not there are passed over
     * @return how many were deleted
     * @throws BatchException if the kernel refuses one of them; those before it were deleted
     */
    public int deleteAll(Collection<? extends K> wanted) {
        return new BatchWriter<>(access, keys, values).delete(List.copyOf(wanted));
    }

    /**
     * Takes all elements out of the map, in few system calls where the kernel can. Where it reads and deletes in one
     * step, in batches or since Linux 5.14 one by one, what programs add to a value meanwhile is either in the value
     * that is given or in a new element; otherwise it may be lost.
     *
     * @param action what to do with key and value; both are out of the map already
     * @return how many there were
     * @throws KernelException if the kernel refuses, as for elements of arrays
     */
    public int drain(BiConsumer<? super K, ? super V> action) {
        BatchReader<K, V> batches = new BatchReader<>(access, keys, values,
                BpfCommand.BPF_MAP_LOOKUP_AND_DELETE_BATCH, 0);
        int drained = 0;
        while (!batches.ended()) {
            List<Map.Entry<K, V>> batch = batches.next();
            if (batch == null) {
                return drainOneByOne(action);
            }
            batch.forEach(entry -> action.accept(entry.getKey(), entry.getValue()));
            drained += batch.size();
        }
        return drained;
    }

    private int drainOneByOne(BiConsumer<? super K, ? super V> action) {
        KeyWalk walk = new KeyWalk(access);
        int drained = 0;
        for (byte[] bytes = walk.next(); bytes != null; bytes = walk.next()) {
            try (var buffer = CallBuffer.acquire()) {
                MemorySegment key = buffer.allocate(bytes.length, Long.BYTES).copyFrom(MemorySegment.ofArray(bytes));
                MemorySegment value = access.allocateValue(buffer);
                int status = access.lookupAndDelete(key, value, 0);
                if (MapAccess.isUnsupported(status)) {
                    status = access.lookup(key, value, 0);
                    if (status >= 0) {
                        status = access.delete(key);
                    }
                }
                if (access.found(status)) {
                    drained++;
                    action.accept(keys.read(key, 0), values.read(value, 0));
                }
            }
        }
        return drained;
    }

    /**
     * Makes a cursor, for access without garbage.
     *
     * @return the cursor, the caller's to close
     */
    public MapCursor cursor() {
        return new MapCursor(access);
    }

    /**
     * Makes memory for batches, for access to many elements without garbage.
     *
     * @param capacity how many elements it has room for, at least 1
     * @return the batch, the caller's to close
     * @throws IllegalArgumentException if it would have room for none
     */
    public MapBatch batch(int capacity) {
        return new MapBatch(access, capacity);
    }

    @Override
    public String toString() {
        return "%s, %s to %s".formatted(access.subject(), keys, values);
    }
}
