package bpf4j.btf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Hashes essential names where they stand in a string section, eight bytes at a time: a kernel has 70,000 of them, and
 * hashing them byte by byte would be most of what opening its BTF costs. As with {@link IntWindow}, a window of the
 * section is copied into an array: names stand nearly in the order of their types. For one thread.
 */
final class NameHash {

    /** What {@link #at} returns for names that are too long. */
    static final int NONE = -1;

    private static final long LOW_BITS = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
    private static final long UNDERSCORES = LOW_BITS * '_';
    /** Others in each process, so that nobody can write a file whose names share a chain. */
    private static final long SEED = ThreadLocalRandom.current().nextLong();
    private static final long FACTOR = ThreadLocalRandom.current().nextLong() | 1L << 63 | 1;
    private static final ValueLayout.OfLong WORD =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    /** Larger windows are filled hardly less often. */
    private static final int WINDOW_BYTES = 2048;
    /** Passes go from the last type to the first, so most of a new window lies below the name that it is filled for. */
    private static final int AHEAD_BYTES = 256;

    private final MemorySegment strings;
    private final int windowBytes;
    /** The first byte lowest, and a zero behind. */
    private final long[] words;
    private long first;

    NameHash(MemorySegment strings) {
        this.strings = strings;
        this.windowBytes = (int) Math.min(WINDOW_BYTES, strings.byteSize() + 2 * Long.BYTES & -Long.BYTES);
        this.words = new long[windowBytes / Long.BYTES + 1];
        fill(0);
    }

    private void fill(long offset) {
        first = Math.max(0, Math.min(offset, offset + AHEAD_BYTES - windowBytes));
        long bytes = Math.min(windowBytes, strings.byteSize() - first);
        int whole = (int) (bytes / Long.BYTES);
        MemorySegment.copy(strings, WORD, first, words, 0, whole);
        Arrays.fill(words, whole, words.length, 0);
        for (long i = bytes - 1; i >= (long) whole * Long.BYTES; i--) {
            words[whole] = words[whole] << 8 | Byte.toUnsignedInt(strings.get(ValueLayout.JAVA_BYTE, first + i));
        }
    }

    /** The hash of the bytes of an essential name, not negative. */
    static int of(byte[] essentialName) {
        MemorySegment bytes = MemorySegment.ofArray(Arrays.copyOf(essentialName, essentialName.length + Long.BYTES));
        long hash = SEED;
        // A name whose length is a multiple of 8 ends with a word of zeros, as it does in the section.
        for (int at = 0; at <= essentialName.length; at += Long.BYTES) {
            hash = mix(hash, bytes.get(WORD, at));
        }
        return finish(hash);
    }

    /** The hash of the essential name of the string at an offset inside the section, or {@link #NONE}. */
    int at(int offset) {
        long hash = SEED;
        long underscoresBefore = 0;
        long threeInARow = 0;
        for (int at = offset; at <= offset + Btf.MAX_NAME_BYTES; at += Long.BYTES) {
            long word = word(at);
            long end = zeroBytes(word);
            if (end != 0) {
                word &= (Long.lowestOneBit(end) >>> 7) - 1;
            }
            long underscores = zeroBytes(word ^ UNDERSCORES);
            threeInARow |= underscores & (underscores << 8 | underscoresBefore >>> 56)
                    & (underscores << 16 | underscoresBefore >>> 48);
            underscoresBefore = underscores;
            hash = mix(hash, word);
            if (end != 0) {
                int length = at - offset + Long.numberOfTrailingZeros(end) / Byte.SIZE;
                return length > Btf.MAX_NAME_BYTES ? NONE
                        : threeInARow != 0 ? ofFlavored(offset, length) : finish(hash);
            }
        }
        return NONE;
    }

    /** Three underscores may begin a flavor, which is few names' and not worth a fast way. */
    private int ofFlavored(int offset, int length) {
        byte[] name = new byte[length];
        for (int i = 0; i < length; i++) {
            name[i] = (byte) word(offset + i);
        }
        return of(Arrays.copyOf(name, EssentialName.length(name, 0, length)));
    }

    /** Eight bytes from any offset; behind the section there are zeros. */
    private long word(int offset) {
        long at = offset - first;
        if (at < 0 || at > windowBytes - Long.BYTES) {
            fill(offset);
            at = offset - first;
        }
        int index = (int) at >> 3;
        int shift = ((int) at & 7) * Byte.SIZE;
        return words[index] >>> shift | words[index + 1] << 1 << 63 - shift;
    }

    /** Marks zero bytes by their highest bit; above the lowest of them, a byte of 1 may be marked too. */
    private static long zeroBytes(long word) {
        return word - LOW_BITS & ~word & HIGH_BITS;
    }

    private static long mix(long hash, long word) {
        long mixed = hash ^ word;
        return mixed * FACTOR ^ Math.multiplyHigh(mixed, FACTOR);
    }

    private static int finish(long hash) {
        return (int) hash & Integer.MAX_VALUE;
    }
}
