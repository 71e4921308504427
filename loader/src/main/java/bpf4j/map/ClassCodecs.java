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

/** Finds the codec for a class of keys or values. */
final class ClassCodecs {

    private static final Map<Class<?>, Codec<?>> FIXED = Map.of(Byte.class, Codec.BYTE, Short.class, Codec.SHORT,
            Integer.class, Codec.INT, Long.class, Codec.LONG, Boolean.class, Codec.BOOLEAN,
            Inet4Address.class, Codec.IPV4, Inet6Address.class, Codec.IPV6);
    private static final int IPV4_PREFIX_BYTES = 8;

    private ClassCodecs() {
    }

    static <K> Codec<K> key(LoadedMap map, Class<K> type, Optional<MapTypes> types) {
        return of(map, type, types.filter(t -> t.keyTypeId() != 0), MapTypes::keyTypeId, map.keySize());
    }

    static <V> Codec<V> value(LoadedMap map, Class<V> type, Optional<MapTypes> types) {
        return of(map, type, types.filter(t -> t.valueTypeId() != 0), MapTypes::valueTypeId, map.valueSize());
    }

    private interface Id {
        int of(MapTypes types);
    }

    /** The check of sizes comes later, where it is the same for codecs that the caller gives. */
    @SuppressWarnings("unchecked")
    private static <T> Codec<T> of(LoadedMap map, Class<T> type, Optional<MapTypes> types, Id id, int sizeBytes) {
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
            MapTypes known = types.orElseThrow(() -> new IllegalArgumentException(
                    "map '%s': the types of its elements are not known".formatted(map.name())));
            return (Codec<T>) BtfCodec.of(known.btf(), id.of(known));
        }
        if (type.isRecord()) {
            Class<? extends Record> struct = type.asSubclass(Record.class);
            return (Codec<T>) (types.isPresent() ? Codec.of(struct, types.get().btf(), id.of(types.get())) : Codec.of(struct));
        }
        throw new IllegalArgumentException("map '%s': there is no codec for %s: give one".formatted(map.name(), type.getName()));
    }
}
