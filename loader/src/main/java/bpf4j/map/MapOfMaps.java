package bpf4j.map;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.KernelObjects;
import bpf4j.kernel.LoadedMap;
import bpf4j.sys.CallBuffer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * An array or hash table whose values are maps. The kernel keeps an inner map alive as long as it is in. Safe for use
 * by several threads; once its {@link LoadedMap} is closed, every method throws {@link IllegalStateException}.
 *
 * @param <K> the keys
 */
public final class MapOfMaps<K> {

    private final MapAccess access;
    private final Codec<K> keys;

    private MapOfMaps(MapAccess access, Codec<K> keys) {
        access.requireKey(keys);
        this.access = access;
        this.keys = keys;
    }

    /** {@return the map; who opened it closes it} */
    public LoadedMap map() {
        return access.map();
    }

    /**
     * Sees a map of maps through a codec.
     *
     * @param map the outer map
     * @param keys the codec of its keys
     * @param <K> the keys
     * @return the typed map
     * @throws IllegalArgumentException if the map is of another type, or the codec has another size than its keys
     */
    public static <K> MapOfMaps<K> of(LoadedMap map, Codec<K> keys) {
        return new MapOfMaps<>(new MapAccess(map, MapFamily.MAPS), keys);
    }

    /**
     * Sees a map of maps through the codec of a class, as {@link BpfMap#of(LoadedMap, Class, Class)} finds it.
     *
     * @param map the outer map
     * @param keys the class of its keys
     * @param <K> the keys
     * @return the typed map
     * @throws IllegalArgumentException if the map is of another type, or its keys do not fit the class
     */
    public static <K> MapOfMaps<K> of(LoadedMap map, Class<K> keys) {
        return new MapOfMaps<>(new MapAccess(map, MapFamily.MAPS), new ClassCodecs(map).key(keys));
    }

    /**
     * Puts a map in, or in place of another.
     *
     * @param key the key
     * @param inner the map, which is as the template says: type, sizes, flags, and unless the template has {@code
     *     BPF_F_INNER_MAP} the capacity of an array
     * @throws KernelException if the kernel refuses, as with EINVAL for a map that differs from the template
     */
    public void put(K key, LoadedMap inner) {
        put(key, inner, LoadedMap.BPF_ANY);
    }

    /**
     * Puts a map in.
     *
     * @param key the key
     * @param inner the map, which is as the template says
     * @param flags {@link LoadedMap#BPF_ANY}, {@link LoadedMap#BPF_NOEXIST} or {@link LoadedMap#BPF_EXIST}
     * @throws KernelException if the kernel refuses, as with EINVAL for a map that differs from the template
     */
    public void put(K key, LoadedMap inner, long flags) {
        int number = inner.descriptor().acquire();
        try {
            access.put(keys, key, number, flags);
        } finally {
            inner.descriptor().release();
        }
    }

    /**
     * Tells which map is in.
     *
     * @param key the key
     * @return the kernel's id of the inner map, with which it can be opened; empty if there is none
     * @throws KernelException if the kernel refuses
     */
    public OptionalInt innerId(K key) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment id = access.allocateValue(buffer);
            return access.found(access.lookup(MapAccess.encode(buffer, keys, key), id, 0))
                    ? OptionalInt.of(id.get(ValueLayout.JAVA_INT, 0)) : OptionalInt.empty();
        }
    }

    /**
     * Opens the map that is in. Needs {@code CAP_SYS_ADMIN}.
     *
     * @param key the key
     * @return the map, the caller's to close; empty if there is none
     * @throws KernelException if the kernel refuses
     */
    public Optional<LoadedMap> open(K key) {
        return access.opened(() -> innerId(key), KernelObjects::map);
    }

    /**
     * Takes a map out.
     *
     * @param key the key
     * @return whether there was one
     * @throws KernelException if the kernel refuses
     */
    public boolean delete(K key) {
        return access.delete(keys, key);
    }

    /**
     * Goes through the keys that have a map, as {@link KeyedMap#stream()} does key by key.
     *
     * @return the keys, read as the stream is consumed
     * @throws KernelException while it is consumed, if the kernel refuses
     */
    public Stream<K> keys() {
        return new KeyWalk(access).stream(keys).filter(key -> innerId(key).isPresent());
    }

    @Override
    public String toString() {
        return "%s, %s to maps".formatted(access.subject(), keys);
    }
}
