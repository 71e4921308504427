package bpf4j.btf;

import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds types by name: a hash table over essential names, kept as two int arrays so that a kernel's costs a megabyte
 * and not an object per name. Chains run in ascending id order, which the rules on "the first type called X" rely on.
 */
final class BtfNames {

    /** Another one in each process, so that nobody can write a file whose names share a chain. */
    private static final int MULTIPLIER = ThreadLocalRandom.current().nextInt(1 << 16, 1 << 30) | 1;

    private final int[] heads;
    private final int[] next;

    /**
     * Hashes the name of every own type of {@code btf} once, through a plain copy of the strings. A name that is too
     * long or outside the strings is an error for whoever reaches the type, not for the others: it is left out.
     */
    BtfNames(Btf btf) {
        int count = btf.ownTypeCount();
        this.heads = new int[Math.max(16, Integer.highestOneBit(Math.max(1, count / 2)) * 2)];
        this.next = new int[count];
        byte[] strings = btf.strings().toArray(ValueLayout.JAVA_BYTE);
        int[] words = BtfIndex.words(btf.types(), btf.order());
        Btf base = btf.base().orElse(null);
        for (int i = count - 1; i >= 0; i--) {
            int nameOffset = words[btf.ownOffset(i) >> 2];
            next[i] = -1;
            if (nameOffset == 0) {
                continue;
            }
            int slot;
            long own = Integer.toUnsignedLong(nameOffset) - btf.stringsStart();
            if (own >= 0 && own < strings.length) {
                int end = end(strings, (int) own);
                if (end < 0) {
                    continue;
                }
                slot = slot(strings, (int) own, end);
            } else if (own < 0 && base != null) {
                byte[] name = base.stringAt(Integer.toUnsignedLong(nameOffset)).getBytes(StandardCharsets.UTF_8);
                slot = slot(name, 0, name.length);
            } else {
                continue;
            }
            next[i] = heads[slot] - 1;
            heads[slot] = i + 1;
        }
    }

    /** The first own type, counted from 0, whose essential name may be {@code name}, or -1. */
    int firstCandidate(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        return heads[slot(bytes, 0, bytes.length)] - 1;
    }

    /** The next of the chain after {@code candidate}, or -1. */
    int nextCandidate(int candidate) {
        return next[candidate];
    }

    private int slot(byte[] bytes, int start, int end) {
        int length = EssentialName.length(bytes, start, end);
        int hash = 0;
        for (int i = start; i < start + length; i++) {
            hash = hash * MULTIPLIER + bytes[i];
        }
        hash *= 0x9e3779b9;
        return (hash ^ hash >>> 16) & heads.length - 1;
    }

    /** Where the string at {@code start} ends, or -1 if it is too long for a name. */
    private static int end(byte[] strings, int start) {
        int end = start;
        while (strings[end] != 0) {
            end++;
            if (end - start > Btf.MAX_NAME_BYTES) {
                return -1;
            }
        }
        return end;
    }
}
