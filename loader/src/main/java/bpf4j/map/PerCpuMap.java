package bpf4j.map;

import bpf4j.kernel.CpuList;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedMap;
import java.util.Collections;
import java.util.function.ToLongFunction;

/**
 * A hash table or array with a value for each CPU. Reads give the values of all of them, those of CPUs that are off
 * included; they are not a snapshot, as programs go on counting. Safe for use by several threads.
 *
 * {@snippet :
 * PerCpuMap<Integer, Traffic> perCpu = PerCpuMap.of(loaded.map("per_cpu"), Integer.class, Traffic.class);
 * long packets = perCpu.sum(0, Traffic::packets);
 * }
 *
 * @param <K> the keys
 * @param <V> the values of one CPU
 */
public final class PerCpuMap<K, V> extends KeyedMap<K, PerCpuValues<V>> {

    private PerCpuMap(MapAccess access, Codec<K> keys, PerCpuCodec<V> values) {
        super(access, keys, values);
    }

    /**
     * Sees a map through codecs.
     *
     * @param map the map
     * @param keys the codec of its keys
     * @param values the codec of the value of one CPU
     * @param <K> the keys
     * @param <V> the values of one CPU
     * @return the typed map
     * @throws IllegalArgumentException if the map is not of such a type, or the codecs have other sizes than its
     *     elements
     */
    public static <K, V> PerCpuMap<K, V> of(LoadedMap map, Codec<K> keys, Codec<V> values) {
        MapAccess access = new MapAccess(map, MapFamily.PER_CPU);
        if (values.sizeBytes() != map.valueSize()) {
            throw new IllegalArgumentException("%s: its values have %d bytes, and the codec (%s) has %d".formatted(
                    access.subject(), map.valueSize(), values, values.sizeBytes()));
        }
        return new PerCpuMap<>(access, keys, PerCpuCodec.of(values));
    }

    /**
     * Sees a map through codecs of these classes, as {@link BpfMap#of(LoadedMap, Class, Class)} does.
     *
     * @param map the map
     * @param keys the class of its keys
     * @param values the class of the value of one CPU
     * @param <K> the keys
     * @param <V> the values of one CPU
     * @return the typed map
     * @throws IllegalArgumentException if the map is not of such a type, or its elements do not fit the classes
     */
    public static <K, V> PerCpuMap<K, V> of(LoadedMap map, Class<K> keys, Class<V> values) {
        MapFamily.PER_CPU.require("map '" + map.name() + "'", map.spec().type());
        ClassCodecs codecs = new ClassCodecs(map);
        return of(map, codecs.key(keys), codecs.value(values));
    }

    /**
     * Sees a map through its own types.
     *
     * @param map the map
     * @return the typed map
     * @throws IllegalArgumentException if the map is not of such a type, or the types of its elements are not known
     */
    public static PerCpuMap<BtfValue, BtfValue> typed(LoadedMap map) {
        return of(map, BtfValue.class, BtfValue.class);
    }

    /**
     * Writes the same value for all CPUs.
     *
     * @param key the key
     * @param value the value
     * @throws KernelException if the kernel refuses
     */
    public void putForEach(K key, V value) {
        put(key, forEach(value));
    }

    /**
     * Makes the values of an element.
     *
     * @param value the value of each CPU
     * @return the values, to be changed with {@link PerCpuValues#with}
     */
    public PerCpuValues<V> forEach(V value) {
        var cpus = CpuList.possible().numbers();
        return new PerCpuValues<>(cpus, Collections.nCopies(cpus.size(), value));
    }

    /**
     * Adds up a number of each CPU.
     *
     * @param key the key
     * @param number takes the number out of a value
     * @return the sum, which may wrap around; 0 if there is no such element
     * @throws KernelException if the kernel refuses
     */
    public long sum(K key, ToLongFunction<? super V> number) {
        return lookup(key).map(values -> values.sum(number)).orElse(0L);
    }
}
