package bpf4j.map;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.KernelObjects;
import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.Step;
import bpf4j.object.MapType;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.CallBuffer;
import bpf4j.sys.Errno;
import bpf4j.sys.Fd;
import bpf4j.sys.MapCalls;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * The calls on one map, with native memory of the right size. Results are 0 or a negated errno; {@link #found} and
 * {@link #check} turn them into what callers want. Safe for use by several threads.
 */
final class MapAccess {

    private static final long MIN_STEPS = 1024;

    private final LoadedMap map;
    private final Fd fd;
    private final MapCalls calls;
    private final int keyBytes;
    private final int valueBytes;

    MapAccess(LoadedMap map, MapFamily family) {
        family.require(subject(map), map.spec().type());
        this.map = map;
        this.fd = map.descriptor();
        this.calls = new BpfCalls(map.kernel()).maps();
        this.keyBytes = map.keySize();
        this.valueBytes = map.transferSize();
    }

    LoadedMap map() {
        return map;
    }

    int type() {
        return map.spec().type();
    }

    /** How many elements a walk may meet before it counts as one that does not end: others come meanwhile. */
    long maxSteps() {
        long max = Integer.toUnsignedLong(map.spec().maxEntries());
        // Storage of cgroups has no limit of its own.
        return max == 0 ? Long.MAX_VALUE : Math.max(MIN_STEPS, 2 * max);
    }

    int keyBytes() {
        return keyBytes;
    }

    /** How much a read or write moves. */
    int valueBytes() {
        return valueBytes;
    }

    <T> void requireKey(Codec<T> codec) {
        require(codec, keyBytes, "keys");
    }

    <T> void requireValue(Codec<T> codec) {
        require(codec, valueBytes, "values");
    }

    private void require(Codec<?> codec, int bytes, String what) {
        if (codec.sizeBytes() != bytes) {
            throw new IllegalArgumentException("%s: its %s have %d bytes, and the codec (%s) has %d"
                    .formatted(subject(), what, bytes, codec, codec.sizeBytes()));
        }
    }

    /** Puts a key or value into memory for a call. */
    static <T> MemorySegment encode(CallBuffer buffer, Codec<T> codec, T value) {
        MemorySegment bytes = buffer.allocate(codec.sizeBytes(), Long.BYTES);
        codec.write(bytes, 0, value);
        return bytes;
    }

    MemorySegment allocateValue(CallBuffer buffer) {
        return buffer.allocate(valueBytes, Long.BYTES);
    }

    int lookup(MemorySegment key, MemorySegment value, long flags) {
        int number = fd.acquire();
        try {
            return calls.lookup(number, key, value, flags);
        } finally {
            fd.release();
        }
    }

    int lookupAndDelete(MemorySegment key, MemorySegment value, long flags) {
        int number = fd.acquire();
        try {
            return calls.lookupAndDelete(number, key, value, flags);
        } finally {
            fd.release();
        }
    }

    int update(MemorySegment key, MemorySegment value, long flags) {
        int number = fd.acquire();
        try {
            return calls.update(number, key, value, flags);
        } finally {
            fd.release();
        }
    }

    int delete(MemorySegment key) {
        int number = fd.acquire();
        try {
            return calls.delete(number, key);
        } finally {
            fd.release();
        }
    }

    int nextKey(MemorySegment key, MemorySegment next) {
        int number = fd.acquire();
        try {
            return calls.nextKey(number, key, next);
        } finally {
            fd.release();
        }
    }

    int batch(BpfCommand command, MemorySegment from, MemorySegment to, MemorySegment keys, MemorySegment values,
            MemorySegment count, long flags) {
        int number = fd.acquire();
        try {
            return calls.batch(command, number, from, to, keys, values, count, flags);
        } finally {
            fd.release();
        }
    }

    /** Updates with a descriptor or another number as the value, 4 or 8 bytes wide. */
    <K> void put(Codec<K> codec, K key, int number, long flags) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment value = allocateValue(buffer);
            if (valueBytes == Long.BYTES) {
                value.set(ValueLayout.JAVA_LONG, 0, number);
            } else {
                value.set(ValueLayout.JAVA_INT, 0, number);
            }
            check(update(encode(buffer, codec, key), value, flags));
        }
    }

    <K> boolean delete(Codec<K> codec, K key) {
        try (var buffer = CallBuffer.acquire()) {
            return found(delete(encode(buffer, codec, key)));
        }
    }

    /** As {@link #delete}, of maps whose empty slots are an error of another kind. */
    <K> boolean emptied(Codec<K> codec, K key) {
        try (var buffer = CallBuffer.acquire()) {
            int status = delete(encode(buffer, codec, key));
            return status != -Errno.EINVAL.number() && found(status);
        }
    }

    /** Opens what an element names by its id; what is replaced or taken out before it is open is looked up again. */
    <T> Optional<T> opened(Supplier<OptionalInt> id, Opener<T> open) {
        while (true) {
            OptionalInt found = id.get();
            if (found.isEmpty()) {
                return Optional.empty();
            }
            try {
                return Optional.of(open.apply(KernelObjects.of(map.kernel()), found.getAsInt()));
            } catch (KernelException e) {
                if (e.errno() != Errno.ENOENT.number() || id.get().equals(found)) {
                    throw e;
                }
            }
        }
    }

    /** Opens an object by id. */
    interface Opener<T> {
        T apply(KernelObjects objects, int id);
    }

    /** Whether there is such an element; throws where it is another error. */
    boolean found(int status) {
        if (status == -Errno.ENOENT.number()) {
            return false;
        }
        check(status);
        return true;
    }

    void check(int status) {
        if (status < 0) {
            throw refused(status);
        }
    }

    KernelException refused(int status) {
        return KernelException.refused(Step.ACCESS_MAP, subject(), MapType.nameOf(type()), -status);
    }

    /** Whether this says that kernel or map do not have an operation; a call that is wrong in itself says the same. */
    static boolean isUnsupported(int status) {
        return status == -Errno.ENOTSUPP.number() || status == -Errno.EOPNOTSUPP.number()
                || status == -Errno.EINVAL.number();
    }

    String subject() {
        return subject(map);
    }

    private static String subject(LoadedMap map) {
        return "map '" + map.name() + "'";
    }
}
