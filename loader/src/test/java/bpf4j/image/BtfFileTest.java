package bpf4j.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfType;
import bpf4j.elf.ElfFile;
import bpf4j.testdata.Fixtures;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BtfFileTest {

    private static final byte[] OTHER = Fixtures.bytes("btf/maps-el.btf");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"btf/core_target_a-el.btf", "btf/core_target_a-eb.btf"})
    void readsRawBtfOfBothByteOrders(String fixture) throws IOException {
        Path file = Fixtures.path(fixture);
        assertEquals(-1, BtfFile.read(file).data().mismatch(MemorySegment.ofArray(Files.readAllBytes(file))));
        assertEquals(file.getFileName().toString(), BtfFile.read(file).name());
    }

    @Test
    void readsAnElfObject() throws IOException {
        Path file = Fixtures.object("maps-eb.o");
        assertEquals(-1, Btf.read(file).data().mismatch(BtfFile.read(file).data()));
    }

    @Test
    void readsTheOnlyFileOfAnArchive() throws IOException {
        Btf btf = BtfFile.read(archive(new LinkedHashMap<>(Map.of("5.4.0-1.btf", Images.BTF))));
        assertEquals("5.4.0-1.btf", btf.name());
        assertEquals(Images.BTF.length, btf.data().byteSize());
    }

    @ParameterizedTest
    @ValueSource(strings = {"b.btf", "folder/b.btf"})
    void readsAFileOfAnArchiveByName(String member) throws IOException {
        assertEquals(OTHER.length, BtfFile.readMember(two(), member).data().byteSize());
    }

    @Test
    void namesTheFilesOfAnArchiveOfSeveral() throws IOException {
        Path two = two();
        assertProblem("all.btf.tar.xz[xz]: tar: not one file; it holds a.btf, folder/b.btf", () -> BtfFile.read(two));
        assertProblem("all.btf.tar.xz[xz]: tar: no file c.btf; it holds a.btf, folder/b.btf",
                () -> BtfFile.readMember(two, "c.btf"));
    }

    @Test
    void readsAModuleOverItsBase() throws IOException {
        Btf base = Btf.parse(Images.BTF);
        byte[] split = split(base);
        Path raw = Files.write(folder.resolve("raw"), split);
        Path module = Files.write(folder.resolve("m.ko.xz"), Images.compress(Compression.XZ, module(split, null)));
        for (Path file : new Path[] {raw, module}) {
            Btf btf = BtfFile.read(file, base);
            assertEquals(base.typeCount() + 1, btf.typeCount());
            assertEquals("module_type", btf.nameOf(base.typeCount()));
        }
        assertProblem("m.ko.xz[xz]: .BTF: a module's types need its kernel's as a base", () -> BtfFile.read(module));
    }

    @Test
    void readsAModuleOverTheBaseThatItBrings() throws IOException {
        Btf base = Btf.parse(Images.BTF);
        Path module = Files.write(folder.resolve("m.ko"), module(split(base), Images.BTF));
        assertEquals(base.typeCount() + 1, BtfFile.read(module).typeCount());
        assertProblem("m.ko: .BTF.base: the module brings a base of its own; read it without one",
                () -> BtfFile.read(module, base));
    }

    @Test
    void refusesABaseForAKernel() throws IOException {
        byte[] payload = Images.compress(Compression.GZIP, Images.vmlinux());
        Path image = Files.write(folder.resolve("vmlinuz"), Images.bzImage(payload));
        assertProblem("vmlinuz: 0x0: a kernel's own BTF has no base", () -> BtfFile.read(image, Btf.parse(Images.BTF)));
    }

    @Test
    void saysHowAKernelGetsBtf() {
        byte[] kernel = Images.elf(new LinkedHashMap<>());
        assertProblem("vmlinux: .BTF: there is none; a kernel has it when built with CONFIG_DEBUG_INFO_BTF",
                () -> BtfFile.parse(Images.segment(kernel), "vmlinux"));
    }

    /** The classes of the project alone, as a user of the library has them. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            GZIP, ''
            ZSTD, ''
            LZ4, ''
            XZ, org.tukaani:xz
            LZMA, org.tukaani:xz
            BZIP2, org.apache.commons:commons-compress
            , org.apache.commons:commons-compress
            """)
    void namesTheArtifactThatIsMissing(Compression kind, String artifact)
            throws ReflectiveOperationException, IOException {
        URL[] own = {location(BtfFile.class), location(Btf.class), location(ElfFile.class)};
        try (URLClassLoader loader = new URLClassLoader(own, ClassLoader.getPlatformClassLoader())) {
            var parse = loader.loadClass(BtfFile.class.getName()).getMethod("parse", MemorySegment.class, String.class);
            MemorySegment file = Images.segment(kind == null ? Images.tar(new LinkedHashMap<>())
                    : Images.compress(kind, Images.BTF));
            if (artifact.isEmpty()) {
                parse.invoke(null, file, "test");
            } else {
                String message = assertThrows(InvocationTargetException.class, () -> parse.invoke(null, file, "test"))
                        .getCause().getMessage();
                assertTrue(message.endsWith(": needs " + artifact + " at run time, which is not there"), message);
            }
        }
    }

    private Path archive(SequencedMap<String, byte[]> files) throws IOException {
        return Files.write(folder.resolve("all.btf.tar.xz"), Images.compress(Compression.XZ, Images.tar(files)));
    }

    private Path two() throws IOException {
        SequencedMap<String, byte[]> files = new LinkedHashMap<>();
        files.put("a.btf", Images.BTF);
        files.put("folder/b.btf", OTHER);
        return archive(files);
    }

    private static byte[] split(Btf base) {
        BtfBuilder builder = BtfBuilder.onBase(base);
        builder.add(new BtfType.Typedef("module_type", 1));
        return builder.toBytes(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] module(byte[] split, byte[] base) {
        SequencedMap<String, byte[]> sections = new LinkedHashMap<>();
        sections.put(".gnu.linkonce.this_module", new byte[8]);
        sections.put(".BTF", split);
        if (base != null) {
            sections.put(".BTF.base", base);
        }
        return Images.elf(sections);
    }

    private static URL location(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation();
    }

    private static void assertProblem(String message, Executable read) {
        assertEquals(message, assertThrows(ImageFormatException.class, read).getMessage());
    }
}
