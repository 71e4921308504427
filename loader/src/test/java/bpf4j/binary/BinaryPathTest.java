package bpf4j.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a file of a name is looked for. */
class BinaryPathTest {

    @Test
    void pathStaysAsItIs() throws IOException {
        BinaryPath path = new BinaryPath(Map.of(), "amd64", NO_CACHE);
        assertEquals(Path.of("/no/such/file"), path.find("/no/such/file"));
        assertEquals(Path.of("relative/file.so"), path.find("relative/file.so"));
        assertEquals(Path.of("app.apk!/lib/libx.so"), path.find("app.apk!/lib/libx.so"));
    }

    private static final Path NO_CACHE = Path.of("/no/such/cache");

    private static BinaryPath with(String variable, String value) {
        return new BinaryPath(Map.of(variable, value), "amd64", NO_CACHE);
    }

    @Test
    void libraryIsLookedForWhereTheDynamicLinkerDoes() {
        List<String> folders = new BinaryPath(Map.of("PATH", "/three"), "aarch64", NO_CACHE).libraryFolders();
        assertEquals(List.of("/lib/aarch64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/lib64"), folders.subList(0, 3));
        assertTrue(!folders.contains("/three") && folders.contains("/usr/lib"), folders::toString);
    }

    @Test
    void programIsLookedForWhereTheShellDoes() {
        assertEquals(List.of("/usr/bin", "/two", "/usr/sbin", "/bin", "/sbin"),
                new BinaryPath(Map.of("LD_LIBRARY_PATH", "/one", "PATH", "/usr/bin::/two"), "amd64", NO_CACHE)
                        .programFolders());
    }

    @Test
    void cacheOfTheDynamicLinkerCountsBehindTheVariable(@TempDir Path folder) throws IOException {
        Path listed = Files.writeString(folder.resolve("listed.so"), "");
        Path cache = LinkerCacheTest.write(folder.resolve("cache"), "libx.so.1", listed.toString());
        Path own = Files.createDirectory(folder.resolve("own"));
        BinaryPath path = new BinaryPath(Map.of("LD_LIBRARY_PATH", own.toString()), "amd64", cache);
        assertEquals(listed, path.find("libx.so.1"));
        Files.writeString(own.resolve("libx.so.1"), "");
        assertEquals(own.resolve("libx.so.1"), path.find("libx.so.1"));
        assertThrows(FileNotFoundException.class, () -> path.find("libx.so.2"));
    }

    /** As the name of a program may be, too. */
    @Test
    void nameWithSoInItIsNoLibrary(@TempDir Path folder) throws IOException {
        Path tool = Files.writeString(folder.resolve("foo.source"), "");
        assertThrows(FileNotFoundException.class, () -> with("PATH", folder.toString()).find("foo.source"),
                "nobody may execute it");
        assertTrue(tool.toFile().setExecutable(true));
        assertEquals(tool, with("PATH", folder.toString()).find("foo.source"));
    }

    @Test
    void firstFolderThatHasItWins(@TempDir Path folder) throws IOException {
        Path first = Files.createDirectory(folder.resolve("first"));
        Path second = Files.createDirectory(folder.resolve("second"));
        Files.createDirectory(first.resolve("tool"));
        assertTrue(Files.writeString(second.resolve("tool"), "").toFile().setExecutable(true));
        BinaryPath path = with("PATH", first + ":" + second);
        assertEquals(second.resolve("tool"), path.find("tool"));
        Files.delete(second.resolve("tool"));
        assertTrue(assertThrows(FileNotFoundException.class, () -> path.find("tool")).getMessage()
                .startsWith("tool: not in any of " + first + ", " + second));
    }

    @Test
    void whatCannotBeFound() {
        BinaryPath path = with("PATH", "/x");
        for (String name : List.of("", "a\0b", "/a\0b")) {
            assertThrows(FileNotFoundException.class, () -> path.find(name), name);
        }
    }
}
