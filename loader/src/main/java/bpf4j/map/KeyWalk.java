package bpf4j.map;

import bpf4j.sys.CallBuffer;
import bpf4j.sys.Errno;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ConcurrentModificationException;
import java.util.Deque;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The keys of a map one after the other, each once, while others change it. The kernel finds the key after a key; after
 * one that is gone meanwhile it begins again with the first. So this asks for the next key before it gives one away,
 * which makes deleting that one harmless. Where a key vanishes all the same, it goes on behind the last one that is
 * still there, and it remembers what it gave, as the kernel may lead back to that. For one thread.
 */
final class KeyWalk {

    /** A map that leads back to known keys that often, with no new one between, will not be seen to the end. */
    static final int MAX_TURNS = 64;

    private final MapAccess access;
    private final boolean steady;
    private final boolean endsAtVanishedKeys;
    private final Set<ByteBuffer> given = new HashSet<>();
    /** Given keys that may still be there, in their order: the last of these has the successor of those gone since. */
    private final Deque<byte[]> trail = new ArrayDeque<>();
    private boolean begun;
    private byte[] upcoming;
    private int repeats;
    private int turns;

    KeyWalk(MapAccess access) {
        this.access = access;
        this.steady = MapFamily.isIndexed(access.type());
        this.endsAtVanishedKeys = MapFamily.endsAtVanishedKeys(access.type());
    }

    /**
     * Finds the next key.
     *
     * @return its bytes; null at the end
     * @throws ConcurrentModificationException if the kernel leads back again and again, or there have been twice as
     *     many keys as the map can hold
     */
    byte[] next() {
        if (!begun) {
            upcoming = successor(null);
            begun = true;
        }
        while (upcoming != null) {
            byte[] key = upcoming;
            if (steady) {
                upcoming = successor(key);
                return key;
            }
            upcoming = after(key);
            if (given.add(ByteBuffer.wrap(key))) {
                trail.addLast(key);
                repeats = 0;
                turns = 0;
                if (given.size() > access.maxSteps()) {
                    throw endless("keys vanish and come");
                }
                return key;
            }
            repeats++;
            // The first known key says that the kernel leads back, and so does one more than are known.
            if (repeats == 1 || repeats > given.size()) {
                repeats = 1;
                turns++;
                if (turns > MAX_TURNS) {
                    throw endless("the kernel led back to known keys %d times".formatted(turns));
                }
            }
        }
        return null;
    }

    private ConcurrentModificationException endless(String reason) {
        return new ConcurrentModificationException(
                "%s: %s, and no end after %d elements".formatted(access.subject(), reason, given.size()));
    }

    /** {@return the rest of the keys} */
    <K> Stream<K> stream(Codec<K> codec) {
        return Stream.generate(this::next).takeWhile(Objects::nonNull)
                .map(key -> codec.read(MemorySegment.ofArray(key), 0));
    }

    /** {@return the key after one; where that one has vanished, the key that was after it} */
    private byte[] after(byte[] key) {
        byte[] next = successor(key);
        if (!leadsBack(next) || !isGone(key)) {
            return next;
        }
        while (!trail.isEmpty()) {
            byte[] last = trail.getLast();
            next = successor(last);
            if (!leadsBack(next) || !isGone(last)) {
                return next;
            }
            trail.removeLast();
        }
        return successor(null);
    }

    /** {@return whether this may not be the successor, but what the kernel answers where a key is gone} */
    private boolean leadsBack(byte[] next) {
        return next == null ? endsAtVanishedKeys : given.contains(ByteBuffer.wrap(next));
    }

    /** {@return whether it is certain that there is no such key; some maps do not let their elements be looked up} */
    private boolean isGone(byte[] key) {
        try (var buffer = CallBuffer.acquire()) {
            return access.lookup(MemorySegment.ofArray(key), access.allocateValue(buffer), 0)
                    == -Errno.ENOENT.number();
        }
    }

    private byte[] successor(byte[] key) {
        byte[] next = new byte[access.keyBytes()];
        int status = access.nextKey(key == null ? MemorySegment.NULL : MemorySegment.ofArray(key),
                MemorySegment.ofArray(next));
        if (status == -Errno.ENOENT.number()) {
            return null;
        }
        access.check(status);
        return next;
    }
}
