package bpf4j.btf;

import java.util.Arrays;

/**
 * What one pass over the type section leaves behind: where each type starts, and which types have names to be found by.
 * Ids of a split BTF start after its base's; the index counts from 0 whatever the first id is.
 */
final class BtfIndex {

    private static final int COMMON_BYTES = 12;
    /** Kernels average 27 bytes a type, so one growth step at most is usual. */
    private static final int TYPICAL_TYPE_BYTES = 24;
    private static final int FEWEST_NAMED = 64;

    private int[] offsets;
    private int count;
    private int[] named = new int[FEWEST_NAMED];
    private int namedCount;

    private BtfIndex(int expectedCount) {
        this.offsets = new int[expectedCount];
    }

    /** The pass. */
    static BtfIndex of(BtfHeader header, int firstId, String subject) {
        long size = header.types().byteSize();
        IntWindow words = new IntWindow(header.types(), header.order());
        int[] layout = header.layout();
        BtfIndex index = new BtfIndex((int) size / TYPICAL_TYPE_BYTES + 16);
        long at = 0;
        while (at < size) {
            if (size - at < COMMON_BYTES) {
                throw fail(subject, firstId + index.count, at, "the type section ends inside the type");
            }
            int nameOffset = words.at((int) at);
            int info = words.at((int) at + 4);
            int kind = info >>> 24 & 0x7f;
            int sizes = kind < layout.length ? layout[kind] : -1;
            if (sizes < 0) {
                throw fail(subject, firstId + index.count, at,
                        "kind " + kind + " is not known and not described by a layout");
            }
            long next = at + COMMON_BYTES + (sizes & 0xffff) + (long) (sizes >>> 16) * (info & 0xffffff);
            if (next > size) {
                throw fail(subject, firstId + index.count, at,
                        "vlen %d runs past the section end".formatted(info & 0xffffff));
            }
            if ((next & 3) != 0) {
                throw fail(subject, firstId + index.count, at, "kind " + kind + " has a size that is no multiple of 4");
            }
            index.add((int) at, kind, nameOffset);
            at = next;
        }
        return index;
    }

    private void add(int offset, int kind, int nameOffset) {
        if (nameOffset != 0 && kind != BtfKind.BTF_KIND_FUNC.ordinal()) {
            if (namedCount == named.length) {
                named = Arrays.copyOf(named, 2 * namedCount);
            }
            named[namedCount++] = count;
            named[namedCount++] = nameOffset;
        }
        if (count == offsets.length) {
            offsets = Arrays.copyOf(offsets, count + (count >> 1));
        }
        offsets[count++] = offset;
    }

    /** Offsets in the type section in ascending order. */
    int[] offsets() {
        return Arrays.copyOf(offsets, count);
    }

    /** Pairs of index and name offset, of the types that have a name and are no functions. */
    int[] named() {
        return Arrays.copyOf(named, namedCount);
    }

    private static BtfFormatException fail(String subject, int id, long at, String problem) {
        return new BtfFormatException("%s: type [%d] at 0x%x: %s".formatted(subject, id, at, problem));
    }
}
