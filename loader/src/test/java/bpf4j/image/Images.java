package bpf4j.image;

import bpf4j.testdata.Fixtures;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.commons.compress.compressors.lz4.BlockLZ4CompressorOutputStream;
import org.tukaani.xz.FilterOptions;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.LZMAOutputStream;
import org.tukaani.xz.X86Options;
import org.tukaani.xz.XZOutputStream;

/** Small files of every kind that is read, with the types of a fixture. */
final class Images {

    static final byte[] BTF = Fixtures.bytes("btf/core_target_a-el.btf");
    static final String CONFIG = "CONFIG_HZ=250\n# CONFIG_SMP is not set\n";
    static final String RELEASE = "6.1.0-9-test";
    static final List<Compression> WITH_ENCODER = Arrays.stream(Compression.values())
            .filter(c -> c != Compression.LZO).toList();

    private Images() {
    }

    static MemorySegment segment(byte[] bytes) {
        return MemorySegment.ofArray(bytes);
    }

    /** What a kernel keeps in {@code .rodata}; the first "Linux version" is a format, as in the kernel. */
    static byte[] constants() {
        return join(ascii("\0Linux version %s\n\0Linux version " + RELEASE + " (me@here) (gcc) #1 SMP\n\0IKCFG_ST"),
                compress(Compression.GZIP, ascii(CONFIG)), ascii("IKCFG_ED"));
    }

    static byte[] vmlinux() {
        return elf(new LinkedHashMap<>(Map.of(".rodata", constants(), ".BTF", BTF)));
    }

    /** An x86-64 ELF file with these sections. */
    static byte[] elf(SequencedMap<String, byte[]> sections) {
        ByteArrayOutputStream names = new ByteArrayOutputStream();
        names.write(0);
        List<long[]> headers = new ArrayList<>();
        ByteArrayOutputStream contents = new ByteArrayOutputStream();
        headers.add(new long[4]);
        sections.forEach((name, bytes) -> {
            headers.add(new long[] {names.size(), 1, 64L + contents.size(), bytes.length});
            names.writeBytes(ascii(name + "\0"));
            contents.writeBytes(bytes);
        });
        long[] table = {names.size(), 3, 64L + contents.size(), names.size() + ".shstrtab\0".length()};
        names.writeBytes(ascii(".shstrtab\0"));
        headers.add(table);
        ByteBuffer out = ByteBuffer.allocate(64 + contents.size() + names.size() + 64 * headers.size())
                .order(ByteOrder.LITTLE_ENDIAN);
        out.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).position(16);
        out.putShort((short) 2).putShort((short) 62).putInt(1).position(40);
        out.putLong(64L + contents.size() + names.size()).putInt(0).putShort((short) 64).putShort((short) 0)
                .putShort((short) 0).putShort((short) 64).putShort((short) headers.size())
                .putShort((short) (headers.size() - 1));
        out.put(contents.toByteArray()).put(names.toByteArray());
        for (long[] header : headers) {
            out.putInt((int) header[0]).putInt((int) header[1]).putLong(0).putLong(0).putLong(header[2])
                    .putLong(header[3]).putInt(0).putInt(0).putLong(1).putLong(0);
        }
        return out.array();
    }

    /** An x86 image whose payload is followed by the expanded size and by a signature. */
    static byte[] bzImage(byte[] payload) {
        ByteBuffer out = ByteBuffer.allocate(2 * 512 + 16 + payload.length + 4 + 100).order(ByteOrder.LITTLE_ENDIAN);
        out.put(0x1f1, (byte) 1).putShort(0x1fe, (short) 0xaa55).putInt(0x202, 0x53726448)
                .putShort(0x206, (short) 0x20f).putInt(0x248, 16).putInt(0x24c, payload.length + 4);
        out.put(2 * 512 + 16, payload);
        return out.array();
    }

    static byte[] zboot(byte[] payload) {
        ByteBuffer out = ByteBuffer.allocate(0x200 + payload.length).order(ByteOrder.LITTLE_ENDIAN);
        out.put(ascii("MZ\0\0zimg")).putInt(0x200).putInt(payload.length).position(24);
        out.put(ascii("gzip")).putInt(0x38, 0x818223cd).put(0x200, payload);
        return out.array();
    }

    /** arm64's Image: first the BTF of a program that is built in, then the kernel's. */
    static byte[] flat() {
        ByteBuffer header = ByteBuffer.allocate(128).order(ByteOrder.LITTLE_ENDIAN).putInt(0x38, 0x644d5241);
        return join(header.array(), Fixtures.bytes("btf/struct_ops_order-el.btf"), constants(), BTF, new byte[1000]);
    }

    static byte[] tar(SequencedMap<String, byte[]> files) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            tar.putArchiveEntry(new TarArchiveEntry("folder/"));
            tar.closeArchiveEntry();
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
                entry.setSize(file.getValue().length);
                tar.putArchiveEntry(entry);
                tar.write(file.getValue());
                tar.closeArchiveEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    static byte[] compress(Compression kind, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            switch (kind) {
                case GZIP -> write(new GZIPOutputStream(out), content);
                case XZ -> write(new XZOutputStream(out,
                        new FilterOptions[] {new X86Options(), new LZMA2Options(1)}), content);
                case LZMA -> write(new LZMAOutputStream(out, new LZMA2Options(1), -1), content);
                case BZIP2 -> write(new BZip2CompressorOutputStream(out), content);
                case ZSTD -> out.writeBytes(rawZstd(content));
                case LZ4 -> out.writeBytes(lz4(content));
                case LZO -> throw new IllegalArgumentException("no encoder");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static byte[] lz4(byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(u32(0x184c2102));
        for (int at = 0; at < content.length; at += 8 << 20) {
            ByteArrayOutputStream block = new ByteArrayOutputStream();
            write(new BlockLZ4CompressorOutputStream(block),
                    Arrays.copyOfRange(content, at, Math.min(content.length, at + (8 << 20))));
            out.writeBytes(u32(block.size()));
            out.writeBytes(block.toByteArray());
        }
        return out.toByteArray();
    }

    /** A frame of stored blocks and, for runs of equal bytes, repeated ones; with a window of 128 KiB. */
    private static byte[] rawZstd(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(u32(0xfd2fb528));
        out.writeBytes(new byte[] {0, 7 << 3});
        for (int at = 0; at < content.length || at == 0; at += ZstdDecoder.MAX_BLOCK_BYTES) {
            byte[] block = Arrays.copyOfRange(content, at, Math.min(content.length, at + ZstdDecoder.MAX_BLOCK_BYTES));
            boolean last = at + block.length == content.length;
            boolean run = block.length > 1 && Arrays.equals(block, 1, block.length, block, 0, block.length - 1);
            out.writeBytes(Arrays.copyOf(u32(block.length << 3 | (run ? 2 : 0) | (last ? 1 : 0)), 3));
            out.writeBytes(run ? Arrays.copyOf(block, 1) : block);
        }
        return out.toByteArray();
    }

    private static void write(OutputStream out, byte[] content) throws IOException {
        try (out) {
            out.write(content);
        }
    }

    static byte[] u32(int value) {
        return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
