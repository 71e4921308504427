package bpf4j.map;

import bpf4j.sys.CallBuffer;
import bpf4j.sys.Errno;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ConcurrentModificationException;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The keys of a map one after the other, each once, while others change it. The kernel finds the key after a key; after
 * one that is gone meanwhile it begins again with the first. So this asks for the next key before it gives one away,
 * which makes deleting that one harmless, and remembers what it gave, which makes the rest only slow. For one thread.
 */
final class KeyWalk {

    /** A map whose keys vanish that often under a walk will not be seen to the end by trying on. */
    static final int MAX_RESTARTS = 64;

    private final MapAccess access;
    private final boolean steady;
    private final boolean endsAtVanishedKeys;
    private final Set<ByteBuffer> given = new HashSet<>();
    private boolean begun;
    private byte[] upcoming;
    private int repeats;
    private int restarts;

    KeyWalk(MapAccess access) {
        this.access = access;
        this.steady = MapFamily.isIndexed(access.type());
        this.endsAtVanishedKeys = MapFamily.endsAtVanishedKeys(access.type());
    }

    /**
     * Finds the next key.
     *
     * @return its bytes; null at the end
     * @throws ConcurrentModificationException if the kernel began again too often
     */
    byte[] next() {
        if (!begun) {
            upcoming = after(null);
            begun = true;
        }
        while (upcoming != null) {
            byte[] key = upcoming;
            upcoming = after(key);
            if (steady || given.add(ByteBuffer.wrap(key))) {
                repeats = 0;
                return key;
            }
            repeats++;
            // The first known key says that the kernel began again, and so does one more than are known.
            if (repeats == 1 || repeats > given.size()) {
                repeats = 1;
                restarts++;
                if (restarts > MAX_RESTARTS) {
                    throw new ConcurrentModificationException(
                            "%s: keys vanished %d times while their successors were looked for, after %d elements"
                                    .formatted(access.subject(), restarts, given.size()));
                }
            }
        }
        return null;
    }

    /** {@return the rest of the keys} */
    <K> Stream<K> stream(Codec<K> codec) {
        return Stream.generate(this::next).takeWhile(Objects::nonNull)
                .map(key -> codec.read(MemorySegment.ofArray(key), 0));
    }

    private boolean isGone(byte[] key) {
        try (var buffer = CallBuffer.acquire()) {
            return !access.found(access.lookup(MemorySegment.ofArray(key), access.allocateValue(buffer), 0));
        }
    }

    private byte[] after(byte[] key) {
        byte[] next = new byte[access.keyBytes()];
        int status = access.nextKey(key == null ? MemorySegment.NULL : MemorySegment.ofArray(key),
                MemorySegment.ofArray(next));
        if (status == -Errno.ENOENT.number()) {
            return key != null && endsAtVanishedKeys && isGone(key) ? after(null) : null;
        }
        access.check(status);
        return next;
    }
}
