package bpf4j.map;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedMap;
import bpf4j.sys.CallBuffer;
import java.lang.foreign.MemorySegment;

/**
 * A Bloom filter: a set that knows for certain what is not in it. Safe for use by several threads; once its {@link
 * LoadedMap} is closed, every method throws {@link IllegalStateException}.
 *
 * @param <V> the values
 */
public final class BloomFilter<V> {

    private final MapAccess access;
    private final Codec<V> values;

    private BloomFilter(MapAccess access, Codec<V> values) {
        access.requireValue(values);
        this.access = access;
        this.values = values;
    }

    /**
     * Sees a Bloom filter through a codec.
     *
     * @param map the map
     * @param values the codec of its values
     * @param <V> the values
     * @return the typed filter
     * @throws IllegalArgumentException if the map is of another type, or the codec has another size than its values
     */
    public static <V> BloomFilter<V> of(LoadedMap map, Codec<V> values) {
        return new BloomFilter<>(new MapAccess(map, MapFamily.BLOOM), values);
    }

    /**
     * Sees a Bloom filter through the codec of a class, as {@link BpfMap#of(LoadedMap, Class, Class)} finds it.
     *
     * @param map the map
     * @param values the class of its values
     * @param <V> the values
     * @return the typed filter
     * @throws IllegalArgumentException if the map is of another type, or its values do not fit the class
     */
    public static <V> BloomFilter<V> of(LoadedMap map, Class<V> values) {
        return new BloomFilter<>(new MapAccess(map, MapFamily.BLOOM), new ClassCodecs(map).value(values));
    }

    /**
     * Puts a value in, where it stays.
     *
     * @param value the value
     * @throws KernelException if the kernel refuses
     */
    public void add(V value) {
        try (var buffer = CallBuffer.acquire()) {
            access.check(access.update(MemorySegment.NULL, MapAccess.encode(buffer, values, value), LoadedMap.BPF_ANY));
        }
    }

    /**
     * Tells whether a value may be in.
     *
     * @param value the value
     * @return false if it certainly is not
     * @throws KernelException if the kernel refuses
     */
    public boolean mightContain(V value) {
        try (var buffer = CallBuffer.acquire()) {
            return access.found(access.lookup(MemorySegment.NULL, MapAccess.encode(buffer, values, value), 0));
        }
    }

    @Override
    public String toString() {
        return "%s of %s".formatted(access.subject(), values);
    }
}
