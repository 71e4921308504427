package bpf4j.binary;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.ZipException;

/**
 * The directory at the end of a zip archive, as far as it tells where the bytes of a file are, which {@code
 * java.util.zip} does not. Archives of one part, of less than 4 GiB and 65,535 files. Source: PKWARE's APPNOTE.TXT,
 * sections 4.3.7, 4.3.12 and 4.3.16.
 */
final class ZipDirectory {

    private static final int END_SIGNATURE = 0x06054b50;
    private static final int END_BYTES = 22;
    private static final int MAX_COMMENT_BYTES = 0xffff;
    private static final int ENTRY_SIGNATURE = 0x02014b50;
    private static final int ENTRY_BYTES = 46;
    private static final int LOCAL_SIGNATURE = 0x04034b50;
    private static final int LOCAL_BYTES = 30;

    private static final int ENCRYPTED = 1;
    private static final int STORED = 0;
    /** In an archive of the larger format, where another field has the number. */
    private static final long ELSEWHERE = 0xffffffffL;

    private static final ValueLayout.OfShort U16 =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /**
     * A file that is in the archive as it is.
     *
     * @param offset where it starts, in bytes from the start of the archive
     * @param sizeBytes how long it is
     */
    record Place(long offset, long sizeBytes) {
    }

    private final MemorySegment bytes;
    private final String archive;

    /**
     * Makes a reader.
     *
     * @param bytes the whole archive
     * @param archive what messages call it
     */
    ZipDirectory(MemorySegment bytes, String archive) {
        this.bytes = bytes;
        this.archive = archive;
    }

    /**
     * Finds a file.
     *
     * @param name its name in the archive
     * @return where it is; empty if the archive has none of that name
     * @throws ZipException if this is no archive, it is damaged, or the file is compressed or encrypted
     */
    Optional<Place> find(String name) throws ZipException {
        byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
        long end = end();
        long at = u32(end + 16);
        long directoryEnd = at + u32(end + 12);
        if (at == ELSEWHERE || directoryEnd > end) {
            throw fail(end, "the directory is said to be at 0x%x to 0x%x".formatted(at, directoryEnd));
        }
        while (at < directoryEnd) {
            require(at, ENTRY_BYTES, ENTRY_SIGNATURE, "an entry of the directory");
            int nameBytes = u16(at + 28);
            if (nameBytes == wanted.length && Arrays.equals(wanted, slice(at + ENTRY_BYTES, nameBytes))) {
                return Optional.of(place(at, name));
            }
            at += ENTRY_BYTES + nameBytes + u16(at + 30) + u16(at + 32);
        }
        return Optional.empty();
    }

    private Place place(long entry, String name) throws ZipException {
        long sizeBytes = u32(entry + 24);
        long local = u32(entry + 42);
        if ((u16(entry + 8) & ENCRYPTED) != 0) {
            throw fail(entry, "'%s' is encrypted".formatted(name));
        }
        if (u16(entry + 10) != STORED) {
            throw fail(entry, ("'%s' is compressed: nothing runs it from inside of the archive, but only a copy that "
                    + "somebody unpacked").formatted(name));
        }
        if (u32(entry + 20) != sizeBytes || sizeBytes == ELSEWHERE || local == ELSEWHERE) {
            throw fail(entry, "'%s' has no size or place that can be understood".formatted(name));
        }
        require(local, LOCAL_BYTES, LOCAL_SIGNATURE, "'" + name + "'");
        long offset = local + LOCAL_BYTES + u16(local + 26) + u16(local + 28);
        if (sizeBytes > bytes.byteSize() - offset) {
            throw fail(entry, "'%s' runs past the end of the archive".formatted(name));
        }
        return new Place(offset, sizeBytes);
    }

    /** Behind the end there is nothing but a comment of the length that the end says. */
    private long end() throws ZipException {
        long last = bytes.byteSize() - END_BYTES;
        for (long at = last; at >= 0 && at >= last - MAX_COMMENT_BYTES; at--) {
            if (bytes.get(U32, at) == END_SIGNATURE && at + END_BYTES + u16(at + 20) == bytes.byteSize()) {
                return at;
            }
        }
        throw new ZipException(archive + ": it is no zip archive, or its end is missing");
    }

    private void require(long at, int sizeBytes, int signature, String what) throws ZipException {
        if (at + sizeBytes > bytes.byteSize() || bytes.get(U32, at) != signature) {
            throw fail(at, what + " is not there");
        }
    }

    private byte[] slice(long at, int sizeBytes) throws ZipException {
        if (at + sizeBytes > bytes.byteSize()) {
            throw fail(at, "a name runs past the end of the archive");
        }
        return bytes.asSlice(at, sizeBytes).toArray(ValueLayout.JAVA_BYTE);
    }

    private int u16(long at) {
        return Short.toUnsignedInt(bytes.get(U16, at));
    }

    private long u32(long at) {
        return Integer.toUnsignedLong(bytes.get(U32, at));
    }

    private ZipException fail(long at, String problem) {
        return new ZipException("%s: 0x%x: %s".formatted(archive, at, problem));
    }
}
