package bpf4j.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.elf.ElfFile;
import bpf4j.elf.ElfFormatException;
import bpf4j.elf.ElfSection;
import bpf4j.testdata.Fixtures;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Names that were stripped from a library, and where they went. */
class DebugFilesTest {

    private static final String BY_BUILD_ID = ".build-id/b9/f4a0cafe00d5ed.debug";
    private static final String LINKED = "stripped-x86_64.debug";
    private static final int SECTION_HEADER_BYTES = 64;

    private final byte[] stripped = Fixtures.bytes("user/stripped-x86_64.so");
    private final byte[] symbols = Fixtures.bytes("user/stripped-x86_64.debug");

    @TempDir
    private Path folder;
    private Path debug;
    private Path library;

    @BeforeEach
    void makeFolders() throws IOException {
        debug = folder.resolve("debug");
        library = folder.resolve("lib").resolve("libstripped.so");
        Files.createDirectories(library.getParent());
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }

    private String find(String name) throws IOException {
        Files.write(library, stripped);
        try (Executable executable = Executable.open(library, debug)) {
            return switch (executable.function(name)) {
                case FunctionLookup.Found(FunctionSymbol function) -> function.toString();
                case FunctionLookup.Missing(String reason) -> reason;
                case FunctionLookup.Ambiguous(List<FunctionSymbol> functions) -> functions.toString();
            };
        }
    }

    private void seeMissing() throws IOException {
        assertEquals("there is no function 'pick' among those that the file exports, and the names of others were "
                + "stripped from it; a package with debugging symbols would bring " + debug.resolve(BY_BUILD_ID),
                find("pick"));
    }

    /** Makes the library one whose build id is of another kind of note. */
    private void withoutBuildId() {
        stripped[(int) section(".note.gnu.build-id").offset() + 8] = 9;
    }

    private ElfSection section(String name) {
        return ElfFile.parse(stripped).section(name).orElseThrow();
    }

    @Test
    void nothingIsFoundWithoutThem() throws IOException {
        seeMissing();
        assertEquals("only_new@@BPF4J_2.0 at 0x1030", find("only_new"));
    }

    @Test
    void fileOfTheSameBuildHasThem() throws IOException {
        write(debug.resolve(BY_BUILD_ID), symbols);
        assertEquals("pick at 0x1060", find("pick"));
        assertEquals("versioned_old at 0x1010", find("versioned_old"));
        assertEquals("there is no function 'pic'", find("pic"));
        try (Executable executable = Executable.open(library, debug)) {
            assertEquals(List.of("versioned@BPF4J_1.0", "versioned@@BPF4J_2.0", "only_new@@BPF4J_2.0",
                            "weak@@BPF4J_2.0", "calls_imported@@BPF4J_2.0", "pick"),
                    executable.functions(_ -> true).stream().map(FunctionSymbol::fullName).toList());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lib/", "lib/.debug/", "debug/FOLDER/lib/"})
    void fileThatIsNamedHasThem(String place) throws IOException {
        Path file = folder.resolve(place.replace("FOLDER", folder.toString().substring(1))).resolve(LINKED);
        write(file, symbols);
        assertEquals("pick at 0x1060", find("pick"));
        withoutBuildId();
        assertEquals("pick at 0x1060", find("pick"));
        write(file, Arrays.copyOf(symbols, symbols.length + 1));
        assertTrue(find("pick").endsWith("stripped from it"), "a file with another checksum");
    }

    @Test
    void linkLeadsToTheLibrary() throws IOException {
        write(folder.resolve("lib/.debug").resolve(LINKED), symbols);
        find("pick");
        Path link = Files.createSymbolicLink(folder.resolve("link.so"), library);
        try (Executable executable = Executable.open(link, debug)) {
            assertEquals(1, executable.functions("pick"::equals).size());
        }
    }

    @Test
    void fileOfAnotherBuildIsNone() throws IOException {
        symbols[(int) ElfFile.parse(symbols).section(".note.gnu.build-id").orElseThrow().offset() + 16]++;
        write(debug.resolve(BY_BUILD_ID), symbols);
        write(library.resolveSibling(LINKED), symbols);
        seeMissing();
    }

    @Test
    void damagedFileIsNone() throws IOException {
        write(debug.resolve(BY_BUILD_ID), Arrays.copyOf(symbols, 100));
        write(library.resolveSibling(LINKED), new byte[0]);
        seeMissing();
    }

    /** The names of the two sections are of one length. */
    private byte[] withPacked(byte[] packed) {
        ElfSection names = section(".shstrtab");
        String text = new String(stripped, (int) names.offset(), (int) names.size(), StandardCharsets.ISO_8859_1);
        byte[] result = Arrays.copyOf(stripped, stripped.length + packed.length);
        System.arraycopy(".gnu_debugdata".getBytes(StandardCharsets.ISO_8859_1), 0, result,
                (int) names.offset() + text.indexOf(".gnu_debuglink"), 14);
        System.arraycopy(packed, 0, result, stripped.length, packed.length);
        ByteBuffer header = ByteBuffer.wrap(result).order(ByteOrder.LITTLE_ENDIAN);
        int at = (int) header.getLong(40) + section(".gnu_debuglink").index() * SECTION_HEADER_BYTES;
        header.putLong(at + 24, stripped.length).putLong(at + 32, packed.length);
        return result;
    }

    private static byte[] xz(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (XZOutputStream xz = new XZOutputStream(out, new LZMA2Options())) {
            xz.write(bytes);
        }
        return out.toByteArray();
    }

    private Executable openPacked(byte[] packed) throws IOException {
        Files.write(library, withPacked(packed));
        return Executable.open(library, debug);
    }

    @Test
    void fileItselfHasThemPacked() throws IOException {
        try (Executable executable = openPacked(xz(symbols))) {
            assertEquals(List.of("pick at 0x1060"),
                    executable.functions("pick"::equals).stream().map(FunctionSymbol::toString).toList());
        }
    }

    /** The classes of the project alone, as a user of the library has them. */
    @Test
    void packedNamesNeedADecoder() throws Exception {
        Files.write(library, withPacked(xz(symbols)));
        URL[] own = {Executable.class.getProtectionDomain().getCodeSource().getLocation(),
            ElfFile.class.getProtectionDomain().getCodeSource().getLocation()};
        try (URLClassLoader loader = new URLClassLoader(own, ClassLoader.getPlatformClassLoader())) {
            Class<?> type = loader.loadClass(Executable.class.getName());
            try (var executable = (AutoCloseable) type.getMethod("open", Path.class).invoke(null, library)) {
                for (String name : List.of("pick", "pick", "only_new")) {
                    String found = type.getMethod("function", String.class).invoke(executable, name).toString();
                    assertTrue(name.equals("pick") ? found.contains("; they are packed into it, and unpacking them "
                            + "takes org.tukaani:xz at run time") : found.startsWith("Found"), found);
                }
            }
        }
    }

    @Test
    void packedNamesThatAreDamaged() throws IOException {
        byte[] packed = xz(symbols);
        for (byte[] damaged : List.of(Arrays.copyOf(packed, packed.length / 2), new byte[0], new byte[64],
                xz(new byte[100]))) {
            try (Executable executable = openPacked(damaged)) {
                String message = assertThrows(ElfFormatException.class, () -> executable.function("pick"))
                        .getMessage();
                assertTrue(message.startsWith("libstripped.so: .gnu_debugdata: "), message);
                assertEquals("only_new@@BPF4J_2.0", ((FunctionLookup.Found) executable.function("only_new")).function()
                        .fullName());
            }
        }
    }

    @Test
    void separateFileCountsBeforeThePackedNames() throws IOException {
        write(debug.resolve(BY_BUILD_ID), symbols);
        try (Executable executable = openPacked(new byte[7])) {
            assertEquals(1, executable.functions("pick"::equals).size());
        }
    }
}
