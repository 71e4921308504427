package bpf4j.image;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * The compressions that kernel builds offer, told apart by their first bytes. What follows the end of a stream is
 * ignored, as the kernel does: its build appends the expanded size.
 */
enum Compression {

    GZIP("gzip", 0x1f, 0x8b, 0x08),
    XZ("xz", 0xfd, '7', 'z', 'X', 'Z', 0),
    ZSTD("zstd", 0x28, 0xb5, 0x2f, 0xfd),
    /** The format of {@code lz4 -l}, the only one that the kernel takes. */
    LZ4("lz4", 0x02, 0x21, 0x4c, 0x18),
    BZIP2("bzip2", 'B', 'Z', 'h'),
    LZO("lzo", 0x89, 'L', 'Z', 'O', 0, '\r', '\n', 0x1a, '\n'),
    /** Has no magic number: the first byte is what every encoder writes by default, the others are looked at below. */
    LZMA("lzma", 0x5d, 0, 0);

    private final String label;
    private final byte[] magic;

    Compression(String label, int... magic) {
        this.label = label;
        this.magic = new byte[magic.length];
        for (int i = 0; i < magic.length; i++) {
            this.magic[i] = (byte) magic[i];
        }
    }

    /** {@return its name, as kernel builds spell it} */
    String label() {
        return label;
    }

    /** {@return the compression that these bytes start with} */
    static Optional<Compression> of(MemorySegment data) {
        return Arrays.stream(values()).filter(c -> c.starts(data)).findFirst();
    }

    /**
     * Expands a stream.
     *
     * @param data starts with the stream
     * @param limit bytes that it may expand to
     * @param subject what messages call the file
     * @param offset where the stream starts there, for messages
     * @return the bytes, on the heap
     * @throws ImageFormatException if the stream is damaged or cut off, expands to more, or has no decoder here
     */
    MemorySegment expand(MemorySegment data, long limit, String subject, long offset) {
        ExpandedBytes expanded = new ExpandedBytes(limit);
        String place = "%s: %s at 0x%x: ".formatted(subject, label, offset);
        try {
            decode(data, expanded, limit);
        } catch (NoClassDefFoundError e) {
            throw new ImageFormatException(place + "needs " + artifact() + " at run time, which is not there", e);
        } catch (IOException e) {
            throw new ImageFormatException(place + problem(e), e);
        } catch (IndexOutOfBoundsException | IllegalArgumentException | IllegalStateException
                | NegativeArraySizeException | ArithmeticException e) {
            // What decoders of others throw on some damaged streams.
            throw new ImageFormatException(place + "damaged: " + e, e);
        }
        return expanded.from(0);
    }

    /**
     * Opens a stream without expanding more of it than is read, where the decoder can; others expand it at once.
     *
     * @param data starts with the stream
     * @param limit bytes that it may expand to, where it is expanded at once
     * @return the expanded bytes
     * @throws IOException if the stream is damaged
     * @throws NoClassDefFoundError if its decoder is not there at run time
     */
    InputStream open(MemorySegment data, long limit) throws IOException {
        return switch (this) {
            case GZIP -> new GZIPInputStream(new SegmentInput(data));
            case XZ -> OptionalDecoders.xz(data);
            case LZMA, BZIP2, ZSTD, LZ4, LZO -> {
                ExpandedBytes expanded = new ExpandedBytes(limit);
                decode(data, expanded, limit);
                yield new SegmentInput(expanded.from(0));
            }
        };
    }

    private void decode(MemorySegment data, ExpandedBytes expanded, long limit) throws IOException {
        switch (this) {
            case GZIP -> drain(new GZIPInputStream(new SegmentInput(data)), expanded);
            case XZ -> drain(OptionalDecoders.xz(data), expanded);
            case LZMA -> drain(OptionalDecoders.lzma(data, limit), expanded);
            case BZIP2 -> drain(OptionalDecoders.bzip2(data), expanded);
            case ZSTD -> new ZstdDecoder(data, expanded).decode();
            case LZ4 -> new Lz4Decoder(data, expanded).decode();
            case LZO -> throw new IOException("not supported; unpack it first, for instance by extract-vmlinux");
        }
    }

    private static void drain(InputStream in, ExpandedBytes expanded) throws IOException {
        try (in) {
            expanded.drain(in);
        }
    }

    private boolean starts(MemorySegment data) {
        if (data.byteSize() < magic.length
                || MemorySegment.ofArray(magic).mismatch(data.asSlice(0, magic.length)) >= 0) {
            return false;
        }
        if (this != LZMA) {
            return true;
        }
        // The expanded size is unknown or less than 256 GiB; encoders make dictionaries of 64 KiB and more.
        return data.byteSize() > OptionalDecoders.LZMA_HEADER_BYTES && LittleEndian.u32(data, 1) >= 1 << 16
                && (LittleEndian.i32(data, 9) == -1 || LittleEndian.u32(data, 9) < 64);
    }

    private String artifact() {
        return this == BZIP2 ? "org.apache.commons:commons-compress" : "org.tukaani:xz";
    }

    private static String problem(IOException e) {
        String message = e.getMessage();
        return message == null ? "damaged: " + e.getClass().getSimpleName() : message;
    }
}
