package bpf4j.image;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;

/**
 * Texts that a kernel has among its constants: its release (init/version-timestamp.c), its configuration
 * (kernel/configs.c).
 */
final class KernelText {

    private static final byte[] BANNER = "Linux version ".getBytes(StandardCharsets.US_ASCII);
    /** {@code __NEW_UTS_LEN} and the space that ends a release in the banner. */
    private static final int MAX_RELEASE_BYTES = 65;
    private static final java.util.regex.Pattern RELEASE = java.util.regex.Pattern.compile("(\\d+\\.\\d+[!-~]*) ");
    private static final byte[] CONFIG_START = "IKCFG_ST\u001f".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CONFIG_END = "IKCFG_ED".getBytes(StandardCharsets.US_ASCII);
    private static final int CONFIG_START_BYTES = 8;
    /** Forty times the configuration of a distribution's kernel. */
    private static final long MAX_CONFIG_BYTES = 16 << 20;

    private KernelText() {
    }

    /** {@return the release as {@code uname -r} shows it; formats such as "Linux version %s" are passed over} */
    static Optional<String> release(MemorySegment constants) {
        for (long at = Pattern.find(constants, BANNER, 0); at >= 0; at = Pattern.find(constants, BANNER, at + 1)) {
            long start = at + BANNER.length;
            long size = Math.min(MAX_RELEASE_BYTES, constants.byteSize() - start);
            Matcher release = RELEASE.matcher(new String(constants.asSlice(start, size).toArray(ValueLayout.JAVA_BYTE),
                    StandardCharsets.ISO_8859_1));
            if (release.lookingAt()) {
                return Optional.of(release.group(1));
            }
        }
        return Optional.empty();
    }

    /**
     * Expands the configuration that {@code CONFIG_IKCONFIG} puts into a kernel.
     *
     * @return nothing if there is none
     * @throws ImageFormatException if it is damaged or has more than 16 MiB
     */
    static Optional<String> config(MemorySegment constants, String subject) {
        long start = Pattern.find(constants, CONFIG_START, 0);
        if (start < 0) {
            return Optional.empty();
        }
        long from = start + CONFIG_START_BYTES;
        long end = Pattern.find(constants, CONFIG_END, from);
        if (end < 0) {
            throw new ImageFormatException("%s: 0x%x: the configuration has no end".formatted(subject, start));
        }
        MemorySegment text =
                Compression.GZIP.expand(constants.asSlice(from, end - from), MAX_CONFIG_BYTES, subject, from);
        return Optional.of(new String(text.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8));
    }
}
