package bpf4j.map;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedMap;
import bpf4j.sys.CallBuffer;
import bpf4j.sys.Errno;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * A queue, first in first out, or a stack, last in first out. Safe for use by several threads; once its {@link
 * LoadedMap} is closed, every method throws {@link IllegalStateException}.
 *
 * @param <V> the values
 */
public final class BpfQueue<V> {

    private final MapAccess access;
    private final Codec<V> values;

    private BpfQueue(MapAccess access, Codec<V> values) {
        access.requireValue(values);
        this.access = access;
        this.values = values;
    }

    /**
     * Sees a queue or stack through a codec.
     *
     * @param map the map
     * @param values the codec of its values
     * @param <V> the values
     * @return the typed queue
     * @throws IllegalArgumentException if the map is of another type, or the codec has another size than its values
     */
    public static <V> BpfQueue<V> of(LoadedMap map, Codec<V> values) {
        return new BpfQueue<>(new MapAccess(map, MapFamily.QUEUE), values);
    }

    /**
     * Sees a queue or stack through the codec of a class, as {@link BpfMap#of(LoadedMap, Class, Class)} finds it.
     *
     * @param map the map
     * @param values the class of its values
     * @param <V> the values
     * @return the typed queue
     * @throws IllegalArgumentException if the map is of another type, or its values do not fit the class
     */
    public static <V> BpfQueue<V> of(LoadedMap map, Class<V> values) {
        return new BpfQueue<>(new MapAccess(map, MapFamily.QUEUE), new ClassCodecs(map).value(values));
    }

    /**
     * Puts a value in.
     *
     * @param value the value
     * @throws KernelException if the kernel refuses, as with E2BIG where the queue is full
     */
    public void push(V value) {
        access.check(push(value, LoadedMap.BPF_ANY));
    }

    /**
     * Puts a value in if there is room.
     *
     * @param value the value
     * @return whether there was
     * @throws KernelException if the kernel refuses for another reason
     */
    public boolean offer(V value) {
        int status = push(value, LoadedMap.BPF_ANY);
        if (status == -Errno.E2BIG.number()) {
            return false;
        }
        access.check(status);
        return true;
    }

    /**
     * Puts a value in, and drops the oldest one if there is no room.
     *
     * @param value the value
     * @throws KernelException if the kernel refuses
     */
    public void pushDroppingOldest(V value) {
        access.check(push(value, LoadedMap.BPF_EXIST));
    }

    private int push(V value, long flags) {
        try (var buffer = CallBuffer.acquire()) {
            return access.update(MemorySegment.NULL, MapAccess.encode(buffer, values, value), flags);
        }
    }

    /**
     * Reads the value that is next.
     *
     * @return the value, empty if there is none
     * @throws KernelException if the kernel refuses
     */
    public Optional<V> peek() {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment value = access.allocateValue(buffer);
            return access.found(access.lookup(MemorySegment.NULL, value, 0)) ? Optional.of(values.read(value, 0))
                    : Optional.empty();
        }
    }

    /**
     * Takes the value that is next.
     *
     * @return the value, empty if there is none
     * @throws KernelException if the kernel refuses
     */
    public Optional<V> pop() {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment value = access.allocateValue(buffer);
            return access.found(access.lookupAndDelete(MemorySegment.NULL, value, 0))
                    ? Optional.of(values.read(value, 0)) : Optional.empty();
        }
    }

    @Override
    public String toString() {
        return "%s of %s".formatted(access.subject(), values);
    }
}
