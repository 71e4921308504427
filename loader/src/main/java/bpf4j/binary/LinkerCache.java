package bpf4j.binary;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * The list of libraries that {@code ldconfig} makes of the folders of {@code /etc/ld.so.conf}, of the form that glibc
 * has since 2.32, and before that beside an older one. Source: {@code sysdeps/generic/dl-cache.h} of glibc.
 */
final class LinkerCache {

    static final Path SYSTEM = Path.of("/etc/ld.so.cache");

    private static final byte[] MAGIC = "glibc-ld.so.cache1.1".getBytes(StandardCharsets.ISO_8859_1);
    private static final int COUNT = 20;
    private static final int ENTRIES = 48;
    private static final int ENTRY_BYTES = 24;
    private static final int KEY = 4;
    private static final int VALUE = 8;
    private static final int PROCESSOR = 16;

    /** {@code FLAG_ELF_LIBC6} and the flag of the machine; a system may have libraries of several. */
    private static final Map<String, Integer> FLAGS = Map.of("amd64", 0x303, "aarch64", 0xa03, "ppc64le", 0x503,
            "s390x", 0x403, "riscv64", 0x1003);

    private final ByteBuffer bytes;
    private final int flags;

    private LinkerCache(ByteBuffer bytes, int flags) {
        this.bytes = bytes.order(ByteOrder.nativeOrder());
        this.flags = flags;
    }

    /** {@return the cache, or an empty one if there is none that can be read, or it does not tell machines apart} */
    static LinkerCache read(Path file, String osArch) {
        try {
            byte[] bytes = FLAGS.containsKey(osArch) ? Files.readAllBytes(file) : new byte[0];
            boolean isKnown = Arrays.mismatch(bytes, MAGIC) == MAGIC.length && bytes.length >= ENTRIES;
            return new LinkerCache(ByteBuffer.wrap(isKnown ? bytes : new byte[ENTRIES]), FLAGS.getOrDefault(osArch, 0));
        } catch (IOException _) {
            return new LinkerCache(ByteBuffer.allocate(ENTRIES), 0);
        }
    }

    /** {@return the path of a library; empty if the list does not have its name} */
    Optional<String> find(String name) {
        long count = Integer.toUnsignedLong(bytes.getInt(COUNT));
        for (long at = ENTRIES; at < ENTRIES + count * ENTRY_BYTES && at + ENTRY_BYTES <= bytes.limit();
                at += ENTRY_BYTES) {
            int entry = (int) at;
            if (bytes.getInt(entry) == flags && bytes.getLong(entry + PROCESSOR) == 0
                    && text(bytes.getInt(entry + KEY)).equals(name)) {
                return Optional.of(text(bytes.getInt(entry + VALUE))).filter(path -> path.startsWith("/"));
            }
        }
        return Optional.empty();
    }

    /** A text that ends with a NUL; an empty one outside of the file. */
    private String text(int start) {
        int end = start;
        while (end >= 0 && end < bytes.limit() && bytes.get(end) != 0) {
            end++;
        }
        return end <= 0 || end >= bytes.limit() ? ""
                : new String(bytes.array(), start, end - start, StandardCharsets.UTF_8);
    }
}
