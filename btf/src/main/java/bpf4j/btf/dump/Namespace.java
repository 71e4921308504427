package bpf4j.btf.dump;

import bpf4j.btf.BtfFormatException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One of C's name spaces: which names are taken. A name is where it starts in the strings, compared as C will see it;
 * the same name a second time becomes {@code name___2}, which CO-RE takes for the same type.
 */
final class Namespace {

    private final byte[] strings;
    private final long limitBytes;
    /** Not known to those who choose the names, so that they cannot choose ones that fall together. */
    private final long factor = ThreadLocalRandom.current().nextLong() | 1;
    private long hashedBytes;
    /** Names of the strings, by hash; 0 is free. */
    private int[] names = new int[1 << 12];
    private int[] uses = new int[1 << 12];
    private int used;
    /** Names that are not in the strings. */
    private final Set<String> made;

    /**
     * Starts with C's own words.
     *
     * @param strings where names are
     * @param limitBytes how long all names may be together: many can share the bytes of a long one
     */
    Namespace(byte[] strings, long limitBytes) {
        this.strings = strings;
        this.limitBytes = limitBytes;
        this.made = new HashSet<>(Identifiers.reserved());
    }

    /**
     * Uses a name once more.
     *
     * @param name where it is in the strings
     * @return how often it has been used, 1 the first time; then 2 already if it is one of C's
     * @throws BtfFormatException if the names add up to more than is allowed
     */
    int use(int name) {
        int length = length(name);
        hashedBytes += length;
        if (hashedBytes > limitBytes) {
            throw new BtfFormatException("string at 0x%x: the names add up to more than %d bytes"
                    .formatted(name, limitBytes));
        }
        if (used > names.length / 2) {
            grow();
        }
        int slot = slot(name);
        if (names[slot] == 0) {
            names[slot] = name;
            used++;
            if (Identifiers.isReserved(strings, name, length)) {
                uses[slot] = 1;
            }
        }
        return ++uses[slot];
    }

    /**
     * Finds a suffix for a name that is taken, and takes the two together.
     *
     * @param name where it is in the strings; it has been {@link #use}d
     * @return the number behind {@code ___}
     */
    int suffix(int name) {
        int slot = slot(name);
        while (true) {
            int number = Math.max(2, uses[slot]);
            uses[slot] = number + 1;
            String suffixed = Identifiers.of(strings, name) + "___" + number;
            if (!contains(suffixed)) {
                made.add(suffixed);
                return number;
            }
        }
    }

    /** {@return the number of a name that was {@link #use}d, below {@link #capacity()}; -1 of any other} */
    int find(int name) {
        int slot = slot(name);
        return names[slot] == 0 ? -1 : slot;
    }

    /** {@return what the numbers of names are below, until the next one is used} */
    int capacity() {
        return names.length;
    }

    /** Takes a name that is not in the strings. {@return the name, with a suffix if it was taken} */
    String make(String name) {
        String result = name;
        for (int number = 2; contains(result); number++) {
            result = name + "___" + number;
        }
        made.add(result);
        return result;
    }

    private boolean contains(String text) {
        if (made.contains(text)) {
            return true;
        }
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        int slot = hash(bytes, 0) & names.length - 1;
        while (names[slot] != 0) {
            if (equal(bytes, 0, strings, names[slot])) {
                return true;
            }
            slot = slot + 1 & names.length - 1;
        }
        return false;
    }

    /** The slot that holds a name, or where it is to go. */
    private int slot(int name) {
        int slot = hash(strings, name) & names.length - 1;
        while (names[slot] != 0 && names[slot] != name && !equal(strings, name, strings, names[slot])) {
            slot = slot + 1 & names.length - 1;
        }
        return slot;
    }

    private void grow() {
        int[] oldNames = names;
        int[] oldUses = uses;
        names = new int[oldNames.length * 4];
        uses = new int[names.length];
        for (int i = 0; i < oldNames.length; i++) {
            if (oldNames[i] != 0) {
                int slot = slot(oldNames[i]);
                names[slot] = oldNames[i];
                uses[slot] = oldUses[i];
            }
        }
    }

    private int length(int name) {
        int end = name;
        while (strings[end] != 0) {
            end++;
        }
        return end - name;
    }

    private int hash(byte[] text, int start) {
        long hash = 1;
        for (int i = start; i < text.length && text[i] != 0; i++) {
            hash = hash * factor + Identifiers.letter(text[i]);
        }
        hash *= 0x9e3779b97f4a7c15L;
        return (int) (hash >>> 32);
    }

    private static boolean equal(byte[] a, int aStart, byte[] b, int bStart) {
        for (int i = 0; ; i++) {
            byte x = aStart + i < a.length ? a[aStart + i] : 0;
            byte y = bStart + i < b.length ? b[bStart + i] : 0;
            if (Identifiers.letter(x) != Identifiers.letter(y) || (x == 0) != (y == 0)) {
                return false;
            }
            if (x == 0) {
                return true;
            }
        }
    }
}
