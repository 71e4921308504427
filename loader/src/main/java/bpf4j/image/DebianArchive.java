package bpf4j.image;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** A Debian package: an {@code ar} archive whose member {@code data.tar}, compressed, has the files. Source: deb(5). */
final class DebianArchive {

    private static final byte[] MAGIC = "!<arch>\ndebian".getBytes(StandardCharsets.US_ASCII);
    /** So many bytes tell a package from other files. */
    static final int START_BYTES = MAGIC.length + 1;
    private static final int AR_MAGIC_BYTES = 8;
    private static final int HEADER_BYTES = 60;
    private static final int NAME_BYTES = 16;
    private static final int SIZE_OFFSET = 48;
    private static final int SIZE_BYTES = 10;
    private static final String FILES = "data.tar";

    private DebianArchive() {
    }

    static boolean is(MemorySegment data) {
        return data.byteSize() > MAGIC.length
                && MemorySegment.ofArray(MAGIC).mismatch(data.asSlice(0, MAGIC.length)) < 0;
    }

    /**
     * Shows every regular file of a package, in its order.
     *
     * @param subject what messages call the package
     * @throws ImageFormatException if the package is damaged, or needs a decoder that is not there
     */
    static void read(MemorySegment data, String subject, OptionalDecoders.FileConsumer files) {
        MemorySegment archive = files(data, subject);
        try (InputStream in = expanded(archive, subject)) {
            OptionalDecoders.readTar(in, files);
        } catch (NoClassDefFoundError e) {
            throw new ImageFormatException(subject + ": " + FILES + ": needs org.apache.commons:commons-compress and "
                    + "org.tukaani:xz at run time, which are not there", e);
        } catch (ImageFormatException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new ImageFormatException("%s: %s: %s".formatted(subject, FILES, e.getMessage()), e);
        }
    }

    private static InputStream expanded(MemorySegment archive, String subject) throws IOException {
        var compression = Compression.of(archive);
        if (compression.isPresent()) {
            return compression.get().open(archive, Expansion.limit(archive.byteSize()));
        }
        if (BtfArchive.is(archive)) {
            return new SegmentInput(archive);
        }
        throw new ImageFormatException(subject + ": " + FILES + ": its compression is unknown");
    }

    private static MemorySegment files(MemorySegment data, String subject) {
        long at = AR_MAGIC_BYTES;
        while (at + HEADER_BYTES <= data.byteSize()) {
            String name = text(data, at, NAME_BYTES);
            long size = size(text(data, at + SIZE_OFFSET, SIZE_BYTES), subject, at);
            long start = at + HEADER_BYTES;
            if (size > data.byteSize() - start) {
                throw new ImageFormatException("%s: 0x%x: a member of 0x%x bytes runs past the end at 0x%x"
                        .formatted(subject, at, size, data.byteSize()));
            }
            if (name.startsWith(FILES)) {
                return data.asSlice(start, size);
            }
            // Members start at even offsets.
            at = start + size + (size & 1);
        }
        throw new ImageFormatException("%s: 0x%x: the package has no %s".formatted(subject, at, FILES));
    }

    private static long size(String text, String subject, long at) {
        try {
            long size = Long.parseLong(text);
            if (size >= 0) {
                return size;
            }
        } catch (NumberFormatException _) {
            // Said below.
        }
        throw new ImageFormatException("%s: 0x%x: '%s' is no size of a member".formatted(subject, at, text));
    }

    private static String text(MemorySegment data, long offset, int length) {
        return new String(data.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII)
                .strip();
    }
}
