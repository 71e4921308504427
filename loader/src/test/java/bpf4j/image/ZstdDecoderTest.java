package bpf4j.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZstdDecoderTest {

    private static final Path ZSTD = Path.of("/usr/bin/zstd");

    @TempDir
    private Path folder;

    /** The resource is {@link #options()} through {@code zstd -19}: trees, tables, repeated offsets and a checksum. */
    @Test
    void expandsWhatTheReferenceWrote() {
        assertArrayEquals(options(), expand(resource()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--fast=5", "-1", "-3", "-9", "-19", "--ultra -22", "-19 --long=27", "-3 --no-check",
        "-1 -B1KB", "-19 --no-content-size"})
    void agreesWithTheReference(String options) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(ZSTD), "zstd is not installed");
        List<byte[]> contents = contents();
        List<byte[]> streams = reference(contents, options);
        for (int i = 0; i < contents.size(); i++) {
            byte[] content = contents.get(i);
            assertArrayEquals(content, expand(streams.get(i)), () -> options + ", " + content.length + " bytes");
        }
    }

    @Test
    void refusesAFrameWhoseChecksumDiffers() {
        byte[] stream = resource();
        stream[stream.length - 1] ^= 1;
        assertProblem("frame at 0x0: its checksum differs", stream);
    }

    @Test
    void goesOverSkippableFrames() {
        byte[] skippable = Images.join(Images.u32(0x184d2a53), Images.u32(3), new byte[3]);
        byte[] empty = Images.compress(Compression.ZSTD, new byte[0]);
        assertArrayEquals(options(), expand(Images.join(resource(), skippable, empty)));
    }

    @Test
    void refusesADictionary() {
        assertProblem("frame at 0x0: it needs a dictionary", frame(1, 0x38, 7, 1, 0, 0));
    }

    @Test
    void refusesReservedThings() {
        assertProblem("frame at 0x0: a reserved bit in the descriptor 0x8", frame(8, 0x38, 1, 0, 0));
        assertProblem("frame at 0x0: block at 0x6: reserved type", frame(0, 0x38, 7, 0, 0));
    }

    @Test
    void refusesASizeThatTheHeaderDoesNotSay() {
        assertProblem("frame at 0x0: 0x1 bytes, where its header says 0x2", frame(0x20, 2, 9, 0, 0, 'a'));
    }

    @Test
    void refusesAMatchBeforeTheFrame() {
        // One literal, then one sequence by tables of one code each: literal length 1, offset 8 - 3, match length 3.
        assertProblem("frame at 0x0: block at 0x6: a match 0x5 bytes back, where there are 0x1",
                frame(0, 0x38, 8 << 3 | 5, 0, 0, 1 << 3, 'a', 1, 0x54, 1, 3, 0, 0x08));
    }

    @Test
    void hashesAsSpecified() {
        assertEquals(0xef46db3751d8e999L, XxHash64.of(Images.segment(new byte[0])));
        assertEquals(0x44bc2cf5ad770999L, XxHash64.of(Images.segment(Images.ascii("abc"))));
    }

    static byte[] resource() {
        try (InputStream in = ZstdDecoderTest.class.getResourceAsStream("options.zst")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static byte[] options() {
        StringBuilder text = new StringBuilder();
        Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            text.append("CONFIG_").append(Integer.toString(random.nextInt(1 << 20), 36).toUpperCase(Locale.ROOT))
                    .append("=").append("ymn".charAt(random.nextInt(3))).append('\n');
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static List<byte[]> contents() {
        Random random = new Random(3);
        List<byte[]> contents = new ArrayList<>();
        for (int size : new int[] {0, 1, 2, 255, 256, 65_791, 131_072, 131_073, 400_000}) {
            byte[] noise = new byte[size];
            random.nextBytes(noise);
            contents.add(noise);
            byte[] few = new byte[size];
            for (int i = 0; i < size; i++) {
                few[i] = (byte) Math.abs(random.nextGaussian() * 20);
            }
            contents.add(few);
            contents.add(new byte[size]);
        }
        contents.add(options());
        Fixtures.objects().stream().limit(8).map(o -> Fixtures.bytes("obj/" + o.getFileName())).forEach(contents::add);
        contents.add(Images.join(contents.toArray(byte[][]::new)));
        return contents;
    }

    private List<byte[]> reference(List<byte[]> contents, String options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(ZSTD.toString(), "-q", "-f"));
        command.addAll(Arrays.asList(options.split(" ")));
        for (int i = 0; i < contents.size(); i++) {
            command.add(Files.write(folder.resolve("content" + i), contents.get(i)).toString());
        }
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertEquals(0, process.waitFor());
        List<byte[]> streams = new ArrayList<>();
        for (int i = 0; i < contents.size(); i++) {
            streams.add(Files.readAllBytes(folder.resolve("content" + i + ".zst")));
        }
        return streams;
    }

    private static byte[] frame(int... bytes) {
        byte[] content = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            content[i] = (byte) bytes[i];
        }
        return Images.join(Images.u32(0xfd2fb528), content);
    }

    private static void assertProblem(String problem, byte[] stream) {
        assertEquals("test: zstd at 0x0: " + problem,
                assertThrows(ImageFormatException.class, () -> expand(stream)).getMessage());
    }

    private static byte[] expand(byte[] stream) {
        return Compression.ZSTD.expand(Images.segment(stream), 64 << 20, "test", 0).toArray(ValueLayout.JAVA_BYTE);
    }
}
