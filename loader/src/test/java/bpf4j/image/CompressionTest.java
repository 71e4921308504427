package bpf4j.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class CompressionTest {

    private static final int LIMIT = 4 << 20;
    /** What decoders allocate whatever they decode; bzip2 has the most. */
    private static final long FIXED_BYTES = 16 << 20;
    /** Two blocks of bzip2, several of the others but LZ4. */
    private static final byte[] CONTENT = content(1 << 20);

    static List<Compression> kinds() {
        return Images.WITH_ENCODER;
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void expandsWhatAnEncoderWrote(Compression kind) {
        assertArrayEquals(CONTENT, expand(kind, Images.compress(kind, CONTENT)));
    }

    @ParameterizedTest
    @EnumSource
    void isToldByItsFirstBytes(Compression kind) {
        byte[] start = kind == Compression.LZO ? new byte[] {(byte) 0x89, 'L', 'Z', 'O', 0, '\r', '\n', 0x1a, '\n', 0}
                : Images.compress(kind, new byte[100]);
        assertEquals(Optional.of(kind), Compression.of(Images.segment(start)));
        assertEquals(Optional.empty(), Compression.of(Images.segment(Arrays.copyOf(start, 2))));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void ignoresTheExpandedSizeAfterTheStream(Compression kind) {
        byte[] stream = Images.join(Images.compress(kind, Images.BTF), Images.u32(Images.BTF.length));
        assertArrayEquals(Images.BTF, expand(kind, stream));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void refusesAStreamThatIsCutOff(Compression kind) {
        byte[] stream = Images.compress(kind, Images.BTF);
        for (int size : new int[] {stream.length / 2, stream.length * 9 / 10, stream.length - 2}) {
            String message = assertThrows(ImageFormatException.class,
                    () -> expand(kind, Arrays.copyOf(stream, size)), () -> kind + " of " + size).getMessage();
            assertTrue(message.startsWith("test: " + kind.label() + " at 0x40: "), message);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void refusesABombWithoutMemoryOutOfProportion(Compression kind) {
        byte[] bomb = Images.compress(kind, new byte[5 << 20]);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        String message = assertThrows(ImageFormatException.class, () -> expand(kind, bomb)).getMessage();
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(message.endsWith("it expands to more than 0x400000 bytes, which is taken for an attack"), message);
        assertTrue(allocated < 4L * LIMIT + FIXED_BYTES, kind + " allocated " + allocated);
    }

    @Test
    void refusesAnXzDictionaryLargerThanTheKernelsBuildAsksFor() {
        // The header's checksum is right: a stream with a dictionary of 1 GiB.
        byte[] header = {(byte) 0xfd, '7', 'z', 'X', 'Z', 0, 0, 1, 0x69, 0x22, (byte) 0xde, 0x36,
            2, 0, 0x21, 1, 0x24, 0, 0, 0, 0, 0, 0, 0};
        CRC32 crc = new CRC32();
        crc.update(header, 12, 8);
        System.arraycopy(Images.u32((int) crc.getValue()), 0, header, 20, 4);
        String message = assertThrows(ImageFormatException.class, () -> expand(Compression.XZ, header)).getMessage();
        assertTrue(message.contains("memory"), message);
    }

    @Test
    void doesNotAllocateTheDictionaryThatAnLzmaHeaderClaims() {
        byte[] stream = Images.compress(Compression.LZMA, Images.BTF);
        System.arraycopy(Images.u32(-1), 0, stream, 1, 4);
        assertArrayEquals(Images.BTF, expand(Compression.LZMA, stream));
    }

    @Test
    void saysThatLzoIsNotSupported() {
        byte[] stream = {(byte) 0x89, 'L', 'Z', 'O', 0, '\r', '\n', 0x1a, '\n', 0x10};
        assertEquals("test: lzo at 0x40: not supported; unpack it first, for instance by extract-vmlinux",
                assertThrows(ImageFormatException.class, () -> expand(Compression.LZO, stream)).getMessage());
    }

    @Test
    void allowsLz4MagicBetweenBlocks() {
        byte[] half = Images.compress(Compression.LZ4, Images.BTF);
        assertArrayEquals(Images.join(Images.BTF, Images.BTF), expand(Compression.LZ4, Images.join(half, half)));
    }

    @Test
    void expandsLz4OfSeveralBlocks() {
        byte[] content = content(9 << 20);
        byte[] stream = Images.compress(Compression.LZ4, content);
        assertArrayEquals(content,
                Compression.LZ4.expand(Images.segment(stream), content.length, "test", 0)
                        .toArray(ValueLayout.JAVA_BYTE));
    }

    private static byte[] expand(Compression kind, byte[] stream) {
        return kind.expand(Images.segment(stream), LIMIT, "test", 0x40).toArray(ValueLayout.JAVA_BYTE);
    }

    /** Half noise, half matches. */
    private static byte[] content(int size) {
        byte[] bytes = new byte[size];
        Random random = new Random(1);
        for (int at = 0; at < bytes.length; ) {
            int count = Math.min(bytes.length - at, 1 + random.nextInt(100_000));
            if (at > 1000 && random.nextInt(8) > 0) {
                for (int i = 0, distance = 1 + random.nextInt(1000); i < count; i++) {
                    bytes[at + i] = bytes[at + i - distance];
                }
            } else {
                byte[] noise = new byte[Math.min(count, 5000)];
                random.nextBytes(noise);
                System.arraycopy(noise, 0, bytes, at, noise.length);
                count = noise.length;
            }
            at += count;
        }
        return bytes;
    }
}
