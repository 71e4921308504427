package bpf4j.map;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedMap;
import bpf4j.sys.CallBuffer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Sockets by index or key: sockmaps, sockhashes, the sockets of a reuseport group, AF_XDP sockets. A socket that is
 * closed leaves the map by itself. Safe for use by several threads; once its {@link LoadedMap} is closed, every method
 * throws {@link IllegalStateException}.
 *
 * @param <K> the keys
 */
public final class SocketMap<K> {

    private final MapAccess access;
    private final Codec<K> keys;

    private SocketMap(MapAccess access, Codec<K> keys) {
        access.requireKey(keys);
        this.access = access;
        this.keys = keys;
    }

    /** {@return the map; who opened it closes it} */
    public LoadedMap map() {
        return access.map();
    }

    /**
     * Sees a map of sockets through a codec.
     *
     * @param map the map
     * @param keys the codec of its keys
     * @param <K> the keys
     * @return the typed map
     * @throws IllegalArgumentException if the map is of another type, or the codec has another size than its keys
     */
    public static <K> SocketMap<K> of(LoadedMap map, Codec<K> keys) {
        return new SocketMap<>(new MapAccess(map, MapFamily.SOCKETS), keys);
    }

    /**
     * Sees a map of sockets through the codec of a class, as {@link BpfMap#of(LoadedMap, Class, Class)} finds it.
     *
     * @param map the map
     * @param keys the class of its keys
     * @param <K> the keys
     * @return the typed map
     * @throws IllegalArgumentException if the map is of another type, or its keys do not fit the class
     */
    public static <K> SocketMap<K> of(LoadedMap map, Class<K> keys) {
        return new SocketMap<>(new MapAccess(map, MapFamily.SOCKETS), new ClassCodecs(map).key(keys));
    }

    /**
     * Puts a socket in, or in place of another.
     *
     * @param key the key
     * @param socket the socket's descriptor, which stays the caller's
     * @throws KernelException if the kernel refuses, as with EOPNOTSUPP for a socket of a kind or state that the map
     *     does not take, and with EINVAL for a socket that is in no reuseport group where it has to be in one
     */
    public void put(K key, int socket) {
        put(key, socket, LoadedMap.BPF_ANY);
    }

    /**
     * Puts a socket in.
     *
     * @param key the key
     * @param socket the socket's descriptor, which stays the caller's
     * @param flags {@link LoadedMap#BPF_ANY}, {@link LoadedMap#BPF_NOEXIST} or {@link LoadedMap#BPF_EXIST}
     * @throws KernelException if the kernel refuses
     */
    public void put(K key, int socket, long flags) {
        access.put(keys, key, socket, flags);
    }

    /**
     * Tells which socket is in. Only maps with values of 8 bytes can tell, and those of AF_XDP sockets have 4.
     *
     * @param key the key
     * @return the socket's cookie, {@code SO_COOKIE}; empty if there is none
     * @throws KernelException if the kernel refuses, as with ENOSPC for maps with values of 4 bytes, and
     *     with EOPNOTSUPP for those of AF_XDP sockets
     */
    public OptionalLong cookie(K key) {
        try (var buffer = CallBuffer.acquire()) {
            // Room for either width.
            MemorySegment value = buffer.allocate(Long.BYTES, Long.BYTES);
            return access.found(access.lookup(MapAccess.encode(buffer, keys, key), value, 0))
                    ? OptionalLong.of(value.get(ValueLayout.JAVA_LONG, 0)) : OptionalLong.empty();
        }
    }

    /**
     * Takes a socket out.
     *
     * @param key the key
     * @return whether there was one; of AF_XDP sockets always true, as the kernel does not tell
     * @throws KernelException if the kernel refuses
     */
    public boolean delete(K key) {
        return access.emptied(keys, key);
    }

    /**
     * Goes through the keys: of a sockhash those that have a socket, of maps by index all of them, as {@link
     * KeyedMap#stream()} does key by key.
     *
     * @return the keys, read as the stream is consumed
     * @throws KernelException while it is consumed, if the kernel refuses
     */
    public Stream<K> keys() {
        return new KeyWalk(access).stream(keys);
    }

    @Override
    public String toString() {
        return "%s, %s to sockets".formatted(access.subject(), keys);
    }
}
