package bpf4j.image;

/** How much a file may expand to, all its layers counted from the outermost. */
final class Expansion {

    /** Twice what a kernel with everything built in has; and a decoder's array has to hold it. */
    static final long MAX_BYTES = 1L << 30;
    /** Kernels and BTF compress four to ten times; padding between an image's sections adds to that. */
    private static final long MAX_RATIO = 64;
    /** Small files may do better than the ratio, and this much memory is nobody's harm. */
    private static final long FREE_BYTES = 16L << 20;

    private Expansion() {
    }

    /** {@return the most that a file of this size may expand to} */
    static long limit(long fileBytes) {
        return Math.min(MAX_BYTES, FREE_BYTES + MAX_RATIO * Math.min(fileBytes, MAX_BYTES));
    }
}
