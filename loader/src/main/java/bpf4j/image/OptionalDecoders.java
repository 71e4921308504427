package bpf4j.image;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.tukaani.xz.LZMAInputStream;
import org.tukaani.xz.SingleXZInputStream;

/**
 * Decoders of other artifacts, which may be absent: every method may throw a {@link NoClassDefFoundError}. A class of
 * their own, because the JVM looks for them when it verifies the class that uses them.
 */
final class OptionalDecoders {

    static final int LZMA_HEADER_BYTES = 13;
    /** The kernel's own build asks for 128 MiB; a decoder allocates its dictionary at the start. */
    private static final int MAX_XZ_KIB = 130 << 10;

    /** Takes the regular files of an archive. */
    interface FileConsumer {

        /** Takes one; {@code bytes} ends where the file does. */
        void accept(String name, InputStream bytes) throws IOException;
    }

    private OptionalDecoders() {
    }

    static InputStream xz(MemorySegment data) throws IOException {
        return new SingleXZInputStream(new SegmentInput(data), MAX_XZ_KIB);
    }

    /** The header's dictionary may claim 4 GiB; more than the whole output is never looked back. */
    static InputStream lzma(MemorySegment data, long limit) throws IOException {
        long dictionaryBytes = Math.min(LittleEndian.u32(data, 1), limit);
        long expandedBytes = (long) LittleEndian.i32(data, 9) << 32 | LittleEndian.u32(data, 5);
        byte properties = (byte) LittleEndian.u8(data, 0);
        return new LZMAInputStream(new SegmentInput(data.asSlice(LZMA_HEADER_BYTES)), expandedBytes, properties,
                (int) dictionaryBytes);
    }

    static InputStream bzip2(MemorySegment data) throws IOException {
        return new BZip2CompressorInputStream(new SegmentInput(data));
    }

    static void readTar(InputStream data, FileConsumer files) throws IOException {
        try (TarArchiveInputStream tar = new TarArchiveInputStream(data)) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entry.isFile()) {
                    files.accept(entry.getName(), tar);
                }
            }
        }
    }
}
