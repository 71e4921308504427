package bpf4j.binary;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Makes archives with one file that starts at a page, as packages of Android do. */
public final class Zips {

    private static final int PAGE_BYTES = 4096;
    private static final int LOCAL_HEADER_BYTES = 30;
    private static final int EXTRA_HEADER_BYTES = 4;

    private Zips() {
    }

    /** {@return an archive with a file in front and one that is stored at the start of the second page} */
    public static byte[] stored(String name, byte[] contents) {
        return archive(name, contents, ZipEntry.STORED, 0);
    }

    static byte[] archive(String name, byte[] contents, int method, int shiftBytes) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setComment("not the end: PK\5\6");
            zip.putNextEntry(new ZipEntry(name + ".txt"));
            zip.write("other".repeat(100).getBytes());
            zip.closeEntry();
            ZipEntry entry = new ZipEntry(name);
            zip.flush();
            int start = bytes.size() + LOCAL_HEADER_BYTES + name.length() + EXTRA_HEADER_BYTES;
            entry.setExtra(padding(PAGE_BYTES - start % PAGE_BYTES + shiftBytes));
            entry.setMethod(method);
            entry.setSize(contents.length);
            CRC32 crc = new CRC32();
            crc.update(contents);
            entry.setCrc(crc.getValue());
            zip.putNextEntry(entry);
            zip.write(contents);
            zip.closeEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** A field of a kind that nobody knows. */
    private static byte[] padding(int sizeBytes) {
        byte[] extra = new byte[EXTRA_HEADER_BYTES + sizeBytes];
        extra[0] = 0x35;
        extra[1] = (byte) 0xd9;
        extra[2] = (byte) sizeBytes;
        extra[3] = (byte) (sizeBytes >> 8);
        return extra;
    }
}
