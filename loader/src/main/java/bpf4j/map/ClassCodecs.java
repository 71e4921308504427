package bpf4j.map;

import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.MapTypes;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** Finds the codecs for the classes of a map's keys and values. */
final class ClassCodecs {

    private static final Map<Class<?>, Codec<?>> FIXED = Map.of(Byte.class, Codec.BYTE, Short.class, Codec.SHORT,
            Integer.class, Codec.INT, Long.class, Codec.LONG, Boolean.class, Codec.BOOLEAN,
            Inet4Address.class, Codec.IPV4, Inet6Address.class, Codec.IPV6,
            CgroupStorageKey.class, CgroupStorageKey.CODEC);
    private static final int IPV4_PREFIX_BYTES = 8;

    private final LoadedMap map;
    /** Asked for once, and only where they matter. */
    private Optional<MapTypes> types;

    ClassCodecs(LoadedMap map) {
        this.map = map;
    }

    <K> Codec<K> key(Class<K> type) {
        return of(type, MapTypes::keyTypeId, map.keySize());
    }

    <V> Codec<V> value(Class<V> type) {
        return of(type, MapTypes::valueTypeId, map.valueSize());
    }

    private Optional<MapTypes> types(ToIntFunction<MapTypes> id) {
        if (types == null) {
            types = map.types();
        }
        return types.filter(known -> id.applyAsInt(known) != 0);
    }

    /** The check of sizes comes later, where it is the same for codecs that the caller gives. */
    @SuppressWarnings("unchecked")
    private <T> Codec<T> of(Class<T> type, ToIntFunction<MapTypes> id, int sizeBytes) {
        Codec<?> codec = FIXED.get(type);
        if (codec != null) {
            return (Codec<T>) codec;
        }
        if (type == String.class) {
            return (Codec<T>) Codec.string(sizeBytes);
        }
        if (type == byte[].class) {
            return (Codec<T>) Codec.bytes(sizeBytes);
        }
        if (type == MemorySegment.class) {
            return (Codec<T>) Codec.of(MemoryLayout.sequenceLayout(sizeBytes, ValueLayout.JAVA_BYTE));
        }
        if (type == IpPrefix.class) {
            return (Codec<T>) (sizeBytes == IPV4_PREFIX_BYTES ? IpPrefix.IPV4 : IpPrefix.IPV6);
        }
        if (type == BtfValue.class) {
            MapTypes known = types(id).orElseThrow(() -> new IllegalArgumentException(
                    "map '%s': the types of its elements are not known".formatted(map.name())));
            return (Codec<T>) BtfCodec.of(known.btf(), id.applyAsInt(known));
        }
        if (type.isRecord()) {
            Class<? extends Record> struct = type.asSubclass(Record.class);
            Optional<MapTypes> known = types(id);
            return (Codec<T>) (known.isPresent() ? Codec.of(struct, known.get().btf(), id.applyAsInt(known.get()))
                    : Codec.of(struct));
        }
        throw new IllegalArgumentException("map '%s': there is no codec for %s: give one"
                .formatted(map.name(), type.getName()));
    }
}
