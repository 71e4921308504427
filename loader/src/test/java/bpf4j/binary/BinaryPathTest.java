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
        BinaryPath path = new BinaryPath(Map.of(), "amd64");
        assertEquals(Path.of("/no/such/file"), path.find("/no/such/file"));
        assertEquals(Path.of("relative/file.so"), path.find("relative/file.so"));
        assertEquals(Path.of("app.apk!/lib/libx.so"), path.find("app.apk!/lib/libx.so"));
    }

    @Test
    void libraryIsLookedForWhereTheDynamicLinkerDoes() {
        List<String> folders = new BinaryPath(Map.of("LD_LIBRARY_PATH", "/one::/two", "PATH", "/three"), "aarch64")
                .folders("libx.so.1");
        assertEquals(List.of("/one", "/two", "/lib/aarch64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/lib64"),
                folders.subList(0, 5));
        assertTrue(!folders.contains("/three") && folders.contains("/usr/lib"), folders::toString);
    }

    @Test
    void programIsLookedForWhereTheShellDoes() {
        List<String> folders = new BinaryPath(Map.of("LD_LIBRARY_PATH", "/one", "PATH", "/usr/bin:/two"), "amd64")
                .folders("bash");
        assertEquals(List.of("/usr/bin", "/two", "/usr/sbin", "/bin", "/sbin"), folders);
    }

    @Test
    void firstFolderThatHasItWins(@TempDir Path folder) throws IOException {
        Path first = Files.createDirectory(folder.resolve("first"));
        Path second = Files.createDirectory(folder.resolve("second"));
        Files.createDirectory(first.resolve("tool"));
        Files.writeString(second.resolve("tool"), "");
        BinaryPath path = new BinaryPath(Map.of("PATH", first + ":" + second), "amd64");
        assertEquals(second.resolve("tool"), path.find("tool"));
        Files.delete(second.resolve("tool"));
        assertTrue(assertThrows(FileNotFoundException.class, () -> path.find("tool")).getMessage()
                .startsWith("tool: not in any of " + first + ", " + second));
    }

    @Test
    void whatCannotBeFound() {
        BinaryPath path = new BinaryPath(Map.of("PATH", "/x"), "amd64");
        for (String name : List.of("", "a\0b", "/a\0b")) {
            assertThrows(FileNotFoundException.class, () -> path.find(name), name);
        }
    }
}
