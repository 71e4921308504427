package bpf4j.btf;

import java.nio.charset.StandardCharsets;

/**
 * Finds types by name: hash tables over essential names, kept as int arrays so that a kernel's cost a megabyte and not an
 * object per name. Functions, two thirds of a kernel's names, have a table of their own, since few objects ask for them. Chains
 * run in ascending id order, which the rules on "the first type called X" rely on. Each table is made when it is first
 * asked for, once however many threads ask.
 */
final class BtfNames {

    private static final int FEWEST_SLOTS = 16;

    private final Btf btf;
    /** Each type's successor in its chain, of whichever table; from 0, -1 for none. */
    private final int[] next;
    /** The first of each chain, from 1, 0 for none. */
    private volatile int[] types;
    private volatile int[] functions;

    BtfNames(Btf btf) {
        this.btf = btf;
        this.next = new int[btf.ownTypeCount()];
    }

    /** The first own type that is no function, counted from 0, whose essential name may be this, or -1. */
    int firstType(String essentialName) {
        int[] heads = types;
        if (heads == null) {
            synchronized (this) {
                heads = types;
                if (heads == null) {
                    heads = index(false, next.length / 4);
                    types = heads;
                }
            }
        }
        return first(heads, essentialName);
    }

    /** The first own function, counted from 0, whose essential name may be this, or -1. */
    int firstFunction(String essentialName) {
        int[] heads = functions;
        if (heads == null) {
            synchronized (this) {
                heads = functions;
                if (heads == null) {
                    heads = index(true, next.length / 2);
                    functions = heads;
                }
            }
        }
        return first(heads, essentialName);
    }

    /** The next of the chain after {@code candidate}, or -1. */
    int nextCandidate(int candidate) {
        return next[candidate];
    }

    /**
     * Hashes the names of functions, or of all other types. A name that is too long or outside the strings is an error for
     * whoever reaches the type, not for the others: it is left out.
     */
    private int[] index(boolean ofFunctions, int expected) {
        int[] heads = new int[Math.max(FEWEST_SLOTS, Integer.highestOneBit(Math.max(1, expected)) * 2)];
        IntWindow words = new IntWindow(btf.types(), btf.order());
        NameHash strings = new NameHash(btf.strings());
        for (int i = next.length - 1; i >= 0; i--) {
            int at = btf.ownOffset(i);
            boolean function = (words.at(at + 4) >>> 24 & 0x7f) == BtfKind.BTF_KIND_FUNC.ordinal();
            int nameOffset = words.at(at);
            if (nameOffset == 0 || function != ofFunctions) {
                continue;
            }
            int hash = hash(strings, Integer.toUnsignedLong(nameOffset));
            if (hash != NameHash.NONE) {
                int slot = hash & heads.length - 1;
                next[i] = heads[slot] - 1;
                heads[slot] = i + 1;
            }
        }
        return heads;
    }

    private int hash(NameHash strings, long nameOffset) {
        long own = nameOffset - btf.stringsStart();
        if (own >= 0) {
            return own < btf.strings().byteSize() ? strings.at((int) own) : NameHash.NONE;
        }
        return hash(EssentialName.of(btf.stringAt(nameOffset)));
    }

    private static int first(int[] heads, String essentialName) {
        return heads[hash(essentialName) & heads.length - 1] - 1;
    }

    private static int hash(String essentialName) {
        return NameHash.of(essentialName.getBytes(StandardCharsets.UTF_8));
    }
}
