package bpf4j.btf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A section as ints in this machine's order, of which a window at a time is copied into an array: the interpreter reads
 * arrays many times faster than segments, and a cold start runs in the interpreter. For passes in either direction, by
 * one thread.
 */
final class IntWindow {

    /** 32 KiB: stays in the processor's nearest cache. */
    private static final int WINDOW_WORDS = 8192;
    /** A new window has this much on the other side of the int it is filled for: its neighbours need no other. */
    private static final int MARGIN_WORDS = 16;

    private final MemorySegment section;
    private final ValueLayout.OfInt layout;
    private final int wordCount;
    private final int[] words;
    private int first;

    IntWindow(MemorySegment section, ByteOrder order) {
        this.section = section;
        this.layout = ValueLayout.JAVA_INT_UNALIGNED.withOrder(order);
        this.wordCount = Math.toIntExact(section.byteSize() / Integer.BYTES);
        this.words = new int[Math.min(WINDOW_WORDS, wordCount)];
        fill(0);
    }

    /** The int at a byte offset that is a multiple of 4 and inside the section. */
    int at(int offsetBytes) {
        int index = (offsetBytes >> 2) - first;
        if (index < 0 || index >= words.length) {
            int word = offsetBytes >> 2;
            fill(index < 0 ? Math.max(0, word + MARGIN_WORDS - words.length)
                    : Math.min(word - MARGIN_WORDS, wordCount - words.length));
            index = word - first;
        }
        return words[index];
    }

    private void fill(int firstWord) {
        first = firstWord;
        MemorySegment.copy(section, layout, (long) firstWord * Integer.BYTES, words, 0, words.length);
    }
}
