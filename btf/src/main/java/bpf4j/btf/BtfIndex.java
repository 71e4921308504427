package bpf4j.btf;

import java.util.Arrays;

/**
 * Where each type starts: what one pass over the type section leaves behind. Ids of a split BTF start after its base's;
 * the index counts from 0 whatever the first id is.
 */
final class BtfIndex {

    private static final int COMMON_BYTES = 12;
    /** Kernels average 27 bytes a type, so one growth step at most is usual. */
    private static final int TYPICAL_TYPE_BYTES = 24;

    private BtfIndex() {
    }

    /** Offsets in the type section in ascending order. */
    static int[] offsets(BtfHeader header, int firstId, String subject) {
        long size = header.types().byteSize();
        IntWindow words = new IntWindow(header.types(), header.order());
        int[] layout = header.layout();
        int[] offsets = new int[(int) size / TYPICAL_TYPE_BYTES + 16];
        int count = 0;
        long at = 0;
        while (at < size) {
            if (size - at < COMMON_BYTES) {
                throw fail(subject, firstId + count, at, "the type section ends inside the type");
            }
            int info = words.at((int) at + 4);
            int kind = info >>> 24 & 0x7f;
            int sizes = kind < layout.length ? layout[kind] : -1;
            if (sizes < 0) {
                throw fail(subject, firstId + count, at,
                        "kind " + kind + " is not known and not described by a layout");
            }
            long next = at + COMMON_BYTES + (sizes & 0xffff) + (long) (sizes >>> 16) * (info & 0xffffff);
            if (next > size) {
                throw fail(subject, firstId + count, at,
                        "vlen %d runs past the section end".formatted(info & 0xffffff));
            }
            if ((next & 3) != 0) {
                throw fail(subject, firstId + count, at, "kind " + kind + " has a size that is no multiple of 4");
            }
            if (count == offsets.length) {
                offsets = Arrays.copyOf(offsets, count + (count >> 1));
            }
            offsets[count++] = (int) at;
            at = next;
        }
        return Arrays.copyOf(offsets, count);
    }

    private static BtfFormatException fail(String subject, int id, long at, String problem) {
        return new BtfFormatException("%s: type [%d] at 0x%x: %s".formatted(subject, id, at, problem));
    }
}
