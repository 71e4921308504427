package bpf4j.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bpf4j.btf.Btf;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KernelImageTest {

    /** Names a file such as a distribution's {@code vmlinuz}, to be read by {@link #readsTheKernelGiven}. */
    private static final String GIVEN = "bpf4j.image.kernel";

    static List<Compression> kinds() {
        return Images.WITH_ENCODER;
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void readsAnX86Image(Compression kind) {
        assertWhole(parse(Images.bzImage(Images.compress(kind, Images.vmlinux()))));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void readsAZbootImage(Compression kind) {
        assertWhole(parse(Images.zboot(Images.compress(kind, Images.flat()))));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void readsACompressedFlatImage(Compression kind) {
        assertWhole(parse(Images.compress(kind, Images.flat())));
    }

    @Test
    void readsAnElfImage() {
        assertWhole(parse(Images.vmlinux()));
    }

    @Test
    void takesTheLargestBtfOfAFlatImage() {
        assertEquals(Images.BTF.length, parse(Images.flat()).btf().orElseThrow().data().byteSize());
    }

    @Test
    void passesOverWhatOnlyLooksLikeBtf() {
        byte[] header = new byte[4000];
        ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).putInt(0x1eb9f).putInt(24).putInt(0).putInt(3900)
                .putInt(3900).putInt(10);
        header[header.length - 66] = 1;
        KernelImage image = parse(Images.join(Images.flat(), header));
        assertEquals(Images.BTF.length, image.btf().orElseThrow().data().byteSize());
    }

    @Test
    void hasNothingWhereTheKernelWasBuiltWithoutIt() {
        KernelImage image = parse(Images.elf(new LinkedHashMap<>(Map.of(".rodata", Images.ascii("Linux version %s")))));
        assertEquals(new KernelImage(Optional.empty(), Optional.empty(), Optional.empty()), image);
    }

    @Test
    void refusesADamagedConfiguration() {
        byte[] constants = Images.constants();
        constants[constants.length - 12] ^= 1;
        assertProblem("test: gzip at 0x4e: Corrupt GZIP trailer",
                Images.elf(new LinkedHashMap<>(Map.of(".rodata", constants))));
    }

    @Test
    void refusesAConfigurationWithoutAnEnd() {
        byte[] constants = Images.ascii("IKCFG_ST\u001f");
        assertProblem("test: 0x0: the configuration has no end",
                Images.elf(new LinkedHashMap<>(Map.of(".rodata", constants))));
    }

    @Test
    void refusesAPayloadPastTheEnd() {
        byte[] image = Images.bzImage(new byte[100]);
        ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN).putInt(0x24c, -1);
        assertProblem("test: 0x248: the payload of 0xffffffff bytes at 0x410 runs past the end at 0x4dc", image);
        byte[] zboot = Images.zboot(new byte[16]);
        ByteBuffer.wrap(zboot).order(ByteOrder.LITTLE_ENDIAN).putInt(8, -1);
        assertProblem("test: 0x8: the payload of 0x10 bytes at 0xffffffff runs past the end at 0x210", zboot);
    }

    @Test
    void refusesAnOldBootProtocol() {
        byte[] image = Images.bzImage(new byte[100]);
        image[0x206] = 7;
        assertProblem("test: 0x206: boot protocol 0x207 does not say where the kernel is", image);
    }

    @Test
    void refusesAnUnknownPayload() {
        assertProblem("test: 0x410: the payload's compression is unknown", Images.bzImage(new byte[100]));
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertProblem("test: 0x0: neither BTF nor ELF, kernel image or archive", new byte[1000]);
        assertProblem("test: 0x0: neither BTF nor ELF, kernel image or archive", new byte[0]);
    }

    @Test
    void refusesAFileThatExpandsToMoreThanItsSizeAllows() {
        byte[] bomb = Images.compress(Compression.GZIP, new byte[20 << 20]);
        String limit = "it expands to more than 0x%x bytes, which is taken for an attack";
        assertProblem("test: gzip at 0x0: " + limit.formatted((16 << 20) + 64 * bomb.length), bomb);
        byte[] nested = Images.compress(Compression.GZIP, bomb);
        assertProblem("test[gzip]: gzip at 0x0: " + limit.formatted((16 << 20) + 64 * nested.length), nested);
    }

    @Test
    void refusesMoreLayersThanFilesHave() {
        byte[] file = Images.BTF;
        for (int i = 0; i < 5; i++) {
            file = Images.compress(Compression.GZIP, file);
        }
        assertProblem("test[gzip][gzip][gzip][gzip]: 0x0: more than 4 layers", file);
    }

    /** Run with {@code -Dbpf4j.image.kernel=/boot/vmlinuz-...}. */
    @Test
    void readsTheKernelGiven() throws IOException {
        String path = System.getProperty(GIVEN);
        assumeTrue(path != null, "no -D" + GIVEN + "=FILE");
        KernelImage image = KernelImage.read(Path.of(path));
        Btf btf = image.btf().orElseThrow();
        for (int id = 1; id < btf.typeCount(); id++) {
            btf.type(id);
        }
        assertTrue(btf.typeCount() > 10_000);
        assertTrue(path.contains(image.release().orElseThrow()), () -> image.release() + " of " + path);
    }

    private static void assertWhole(KernelImage image) {
        assertEquals(-1, image.btf().orElseThrow().data().mismatch(MemorySegment.ofArray(Images.BTF)));
        assertEquals("test", image.btf().orElseThrow().name());
        assertEquals(Optional.of(Images.CONFIG), image.config());
        assertEquals(Optional.of(Images.RELEASE), image.release());
    }

    private static void assertProblem(String start, byte[] file) {
        String message = assertThrows(ImageFormatException.class, () -> parse(file)).getMessage();
        assertTrue(message.startsWith(start), message);
    }

    private static KernelImage parse(byte[] file) {
        return KernelImage.parse(Images.segment(file), "test");
    }
}
