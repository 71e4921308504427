package bpf4j.examples.demo.sockmap;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a connection carries.
 *
 * @param sizeBytes how long requests and answers are
 * @param noDelay whether both ends have {@code TCP_NODELAY}
 */
record Case(int sizeBytes, boolean noDelay) {

    private static final int SMALLEST_BYTES = 64;
    /** What a {@link RoundTrips} sends at most. */
    static final int LARGEST_BYTES = 64 * 1024;
    private static final int KIBIBYTE = 1024;

    /** {@return the powers of four from the smallest size to the largest} */
    static List<Integer> sizes() {
        return IntStream.iterate(SMALLEST_BYTES, size -> size <= LARGEST_BYTES, size -> 4 * size).boxed().toList();
    }

    /** {@return every size without and with {@code TCP_NODELAY}} */
    static List<Case> all() {
        return Stream.of(false, true).flatMap(noDelay -> sizes().stream().map(size -> new Case(size, noDelay)))
                .toList();
    }

    static String sizeText(int sizeBytes) {
        return sizeBytes < KIBIBYTE ? sizeBytes + " B" : sizeBytes / KIBIBYTE + " KB";
    }
}
