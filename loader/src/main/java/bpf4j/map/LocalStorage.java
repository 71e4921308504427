package bpf4j.map;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedMap;
import bpf4j.sys.CallBuffer;
import bpf4j.sys.Fd;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Storage that hangs on sockets, tasks, inodes or cgroups and goes with them. There is no way to list the owners. Safe
 * for use by several threads; once its {@link LoadedMap} is closed, every method throws {@link IllegalStateException}.
 *
 * {@snippet :
 * LocalStorage<Long> counts = LocalStorage.of(loaded.map("counts"), Long.class);
 * try (StorageOwner self = StorageOwner.ofProcess(ProcessHandle.current().pid())) {
 *     counts.put(self, 0L);
 * }
 * }
 *
 * @param <V> the values
 */
public final class LocalStorage<V> {

    private final MapAccess access;
    private final Codec<V> values;

    private LocalStorage(MapAccess access, Codec<V> values) {
        access.requireValue(values);
        this.access = access;
        this.values = values;
    }

    /** {@return the map; who opened it closes it} */
    public LoadedMap map() {
        return access.map();
    }

    /**
     * Sees local storage through a codec.
     *
     * @param map the map
     * @param values the codec of its values
     * @param <V> the values
     * @return the typed storage
     * @throws IllegalArgumentException if the map is of another type, or the codec has another size than its values
     */
    public static <V> LocalStorage<V> of(LoadedMap map, Codec<V> values) {
        return new LocalStorage<>(new MapAccess(map, MapFamily.STORAGE), values);
    }

    /**
     * Sees local storage through the codec of a class, as {@link BpfMap#of(LoadedMap, Class, Class)} finds it.
     *
     * @param map the map
     * @param values the class of its values
     * @param <V> the values
     * @return the typed storage
     * @throws IllegalArgumentException if the map is of another type, or its values do not fit the class
     */
    public static <V> LocalStorage<V> of(LoadedMap map, Class<V> values) {
        return new LocalStorage<>(new MapAccess(map, MapFamily.STORAGE), new ClassCodecs(map).value(values));
    }

    /**
     * Reads what an owner has.
     *
     * @param owner the owner
     * @return the value, empty if it has none
     * @throws KernelException if the kernel refuses, as for an owner of another kind
     */
    public Optional<V> lookup(StorageOwner owner) {
        return lookup(owner, 0);
    }

    /**
     * Reads what an owner has.
     *
     * @param owner the owner
     * @param flags {@link LoadedMap#BPF_F_LOCK} or 0
     * @return the value, empty if it has none
     * @throws KernelException if the kernel refuses, as for an owner of another kind
     */
    public Optional<V> lookup(StorageOwner owner, long flags) {
        Fd fd = owner.fd();
        int number = fd.acquire();
        try {
            return lookup(number, flags);
        } finally {
            fd.release();
        }
    }

    /**
     * Reads what an owner has.
     *
     * @param descriptor a descriptor of the owner, such as a socket
     * @return the value, empty if it has none
     * @throws KernelException if the kernel refuses, as for an owner of another kind
     */
    public Optional<V> lookup(int descriptor) {
        return lookup(descriptor, 0);
    }

    /**
     * Reads what an owner has.
     *
     * @param descriptor a descriptor of the owner, such as a socket
     * @param flags {@link LoadedMap#BPF_F_LOCK} or 0
     * @return the value, empty if it has none
     * @throws KernelException if the kernel refuses, as for an owner of another kind
     */
    public Optional<V> lookup(int descriptor, long flags) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment value = access.allocateValue(buffer);
            int status = access.lookup(MapAccess.encode(buffer, Codec.INT, descriptor), value, flags);
            return access.found(status) ? Optional.of(values.read(value, 0)) : Optional.empty();
        }
    }

    /**
     * Gives an owner a value, in place of the one it has.
     *
     * @param owner the owner
     * @param value the value
     * @throws KernelException if the kernel refuses, as for an owner of another kind
     */
    public void put(StorageOwner owner, V value) {
        put(owner, value, LoadedMap.BPF_ANY);
    }

    /**
     * Gives an owner a value.
     *
     * @param owner the owner
     * @param value the value
     * @param flags {@link LoadedMap#BPF_ANY}, {@link LoadedMap#BPF_NOEXIST} or {@link LoadedMap#BPF_EXIST}, with {@link
     *     LoadedMap#BPF_F_LOCK} or without
     * @throws KernelException if the kernel refuses, as for an owner of another kind
     */
    public void put(StorageOwner owner, V value, long flags) {
        Fd fd = owner.fd();
        int number = fd.acquire();
        try {
            put(number, value, flags);
        } finally {
            fd.release();
        }
    }

    /**
     * Gives an owner a value.
     *
     * @param descriptor a descriptor of the owner, such as a socket
     * @param value the value
     * @param flags {@link LoadedMap#BPF_ANY}, {@link LoadedMap#BPF_NOEXIST} or {@link LoadedMap#BPF_EXIST}, with {@link
     *     LoadedMap#BPF_F_LOCK} or without
     * @throws KernelException if the kernel refuses, as for an owner of another kind
     */
    public void put(int descriptor, V value, long flags) {
        try (var buffer = CallBuffer.acquire()) {
            access.check(access.update(MapAccess.encode(buffer, Codec.INT, descriptor),
                    MapAccess.encode(buffer, values, value), flags));
        }
    }

    /**
     * Deletes what an owner has.
     *
     * @param owner the owner
     * @return whether it had something
     * @throws KernelException if the kernel refuses
     */
    public boolean delete(StorageOwner owner) {
        Fd fd = owner.fd();
        int number = fd.acquire();
        try {
            return delete(number);
        } finally {
            fd.release();
        }
    }

    /**
     * Deletes what an owner has.
     *
     * @param descriptor a descriptor of the owner, such as a socket
     * @return whether it had something
     * @throws KernelException if the kernel refuses
     */
    public boolean delete(int descriptor) {
        return access.delete(Codec.INT, descriptor);
    }

    @Override
    public String toString() {
        return "%s of %s".formatted(access.subject(), values);
    }
}
