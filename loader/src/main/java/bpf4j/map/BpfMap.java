package bpf4j.map;

import bpf4j.kernel.LoadedMap;

/**
 * A map of keys and values: hash tables, arrays, LPM tries, stack traces, device and CPU maps. Safe for use by several
 * threads, virtual ones too.
 *
 * {@snippet :
 * record Flow(int from, int to) {}
 * record Traffic(long packets, long bytes) {}
 *
 * BpfMap<Flow, Traffic> flows = BpfMap.of(loaded.map("flows"), Flow.class, Traffic.class);
 * flows.put(new Flow(1, 2), new Traffic(0, 0));
 * flows.forEach((flow, traffic) -> print(flow, traffic.packets()));
 * }
 *
 * @param <K> the keys
 * @param <V> the values
 */
public final class BpfMap<K, V> extends KeyedMap<K, V> {

    private BpfMap(MapAccess access, Codec<K> keys, Codec<V> values) {
        super(access, keys, values);
    }

    /**
     * Sees a map through codecs.
     *
     * @param map the map
     * @param keys the codec of its keys
     * @param values the codec of its values
     * @param <K> the keys
     * @param <V> the values
     * @return the typed map
     * @throws IllegalArgumentException if the map is not of such a type, or the codecs have other sizes than its
     *     elements
     */
    public static <K, V> BpfMap<K, V> of(LoadedMap map, Codec<K> keys, Codec<V> values) {
        return new BpfMap<>(new MapAccess(map, MapFamily.KEYED), keys, values);
    }

    /**
     * Sees a map through codecs of these classes: {@code Byte}, {@code Short}, {@code Integer}, {@code Long} and {@code
     * Boolean} of the same width; {@code String}, {@code byte[]} and {@code MemorySegment} of any; {@code
     * Inet4Address}, {@code Inet6Address}, {@link IpPrefix}; {@link CgroupStorageKey}; {@link BtfValue}; and records,
     * which are matched with the map's own types where these are known, as {@link Codec#of(Class, bpf4j.btf.Btf, int)}
     * does, and otherwise as {@link Codec#of(Class)} does.
     *
     * @param map the map
     * @param keys the class of its keys
     * @param values the class of its values
     * @param <K> the keys
     * @param <V> the values
     * @return the typed map
     * @throws IllegalArgumentException if the map is not of such a type, or its elements do not fit the classes
     */
    public static <K, V> BpfMap<K, V> of(LoadedMap map, Class<K> keys, Class<V> values) {
        MapAccess access = new MapAccess(map, MapFamily.KEYED);
        ClassCodecs codecs = new ClassCodecs(map);
        return new BpfMap<>(access, codecs.key(keys), codecs.value(values));
    }

    /**
     * Sees a map through its own types.
     *
     * @param map the map
     * @return the typed map
     * @throws IllegalArgumentException if the map is not of such a type, or the types of its elements are not known
     */
    public static BpfMap<BtfValue, BtfValue> typed(LoadedMap map) {
        return of(map, BtfValue.class, BtfValue.class);
    }
}
