package bpf4j.btf;

import java.nio.charset.StandardCharsets;

/**
 * Finds types by name: hash tables over essential names, kept as int arrays so that a kernel's cost a megabyte and not
 * an object per name. Functions, two thirds of a kernel's names, have a table of their own, since few objects ask for
 * them. Chains run in ascending id order, which the rules on "the first type called X" rely on. Each table is made when
 * it is first asked for, once however many threads ask.
 */
final class BtfNames {

    private static final int FEWEST_SLOTS = 16;

    private final Btf btf;
    /** Each type's successor in its chain, of whichever table; from 0, -1 for none. */
    private final int[] next;
    /** The first of each chain, from 1, 0 for none. */
    private volatile int[] types;
    private volatile int[] functions;
    /** See {@link BtfIndex#named}; null when the table of types is made. */
    private int[] named;

    BtfNames(Btf btf, int[] named) {
        this.btf = btf;
        this.next = new int[btf.ownTypeCount()];
        this.named = named;
    }

    /** The first own type that is no function, counted from 0, whose essential name may be this, or -1. */
    int firstType(String essentialName) {
        int[] heads = types;
        if (heads == null) {
            synchronized (this) {
                heads = types;
                if (heads == null) {
                    heads = indexTypes();
                    types = heads;
                    named = null;
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
                    heads = indexFunctions();
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

    private int[] indexTypes() {
        int[] heads = heads(named.length / 2);
        NameHash strings = new NameHash(btf.strings());
        for (int i = named.length - 2; i >= 0; i -= 2) {
            add(heads, named[i], hash(strings, Integer.toUnsignedLong(named[i + 1])));
        }
        return heads;
    }

    private int[] indexFunctions() {
        int[] heads = heads(next.length / 2);
        IntWindow words = new IntWindow(btf.types(), btf.order());
        NameHash strings = new NameHash(btf.strings());
        for (int i = next.length - 1; i >= 0; i--) {
            int at = btf.ownOffset(i);
            int nameOffset = words.at(at);
            if (nameOffset != 0 && (words.at(at + 4) >>> 24 & 0x7f) == BtfKind.BTF_KIND_FUNC.ordinal()) {
                add(heads, i, hash(strings, Integer.toUnsignedLong(nameOffset)));
            }
        }
        return heads;
    }

    /** As many slots as names, or up to twice as many. */
    private static int[] heads(int names) {
        return new int[Math.max(FEWEST_SLOTS, Integer.highestOneBit(Math.max(1, names)) * 2)];
    }

    /**
     * Prepends, so ids have to come in descending order. A name that is too long or outside the strings is an error for
     * whoever reaches the type, not for the others: it is left out.
     */
    private void add(int[] heads, int index, int hash) {
        if (hash != NameHash.NONE) {
            int slot = hash & heads.length - 1;
            next[index] = heads[slot] - 1;
            heads[slot] = index + 1;
        }
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
