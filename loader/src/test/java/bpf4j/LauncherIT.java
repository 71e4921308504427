package bpf4j;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher script and its AOT cache, in a checkout of its own with the jar as packaged. */
class LauncherIT {

    private static final String VERSION = System.getProperty("bpf4j.version");
    private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));

    @TempDir
    private Path checkout;

    private Path jar;

    private record Outcome(int status, String out, String err) {
    }

    /** The script and what it looks at; the jar is newer than all of it. */
    @BeforeEach
    void makeCheckout() throws IOException {
        Files.copy(Path.of("../bpf4j"), checkout.resolve("bpf4j"));
        assertTrue(checkout.resolve("bpf4j").toFile().setExecutable(true));
        for (String file : List.of("LICENSE", "pom.xml", "elf/pom.xml", "btf/pom.xml", "loader/pom.xml",
                "elf/src/main/A", "btf/src/main/A", "loader/src/main/A")) {
            Files.createDirectories(checkout.resolve(file).getParent());
            Files.writeString(checkout.resolve(file), "");
        }
        jar = checkout.resolve("loader/target/loader.jar");
        Files.createDirectories(jar.getParent());
        Files.copy(Path.of(System.getProperty("bpf4j.jar")), jar);
        Files.setLastModifiedTime(jar, FileTime.fromMillis(System.currentTimeMillis() + 2000));
    }

    @Test
    void makesOneCacheOnFirstUseAlsoWhenTwoStartAtOnce() throws IOException, InterruptedException {
        Process first = start("first", List.of(), "--version");
        Process second = start("second", List.of(), "--version");
        Outcome[] both = {await("first", first), await("second", second)};
        for (Outcome outcome : both) {
            assertPrintsItsVersion(outcome);
        }
        Path cache = onlyCache();
        assertTrue(Files.size(cache) > 0, "the cache is empty");
        assertEquals(Files.getLastModifiedTime(jar), Files.getLastModifiedTime(cache));
        Object file = Files.getAttribute(cache, "unix:ino");
        assertPrintsItsVersion(run("--version"));
        assertEquals(file, Files.getAttribute(cache, "unix:ino"), "the cache was made again");

        // Another jar, or the same one built again.
        Files.setLastModifiedTime(jar, FileTime.fromMillis(System.currentTimeMillis() + 9000));
        assertPrintsItsVersion(run("--version"));
        assertEquals(cache, onlyCache());
        assertEquals(Files.getLastModifiedTime(jar), Files.getLastModifiedTime(cache));
        assertFalse(file.equals(Files.getAttribute(cache, "unix:ino")), "the cache is the old one");
    }

    @Test
    void startsWithoutACacheWhereItIsSwitchedOffOrCannotBeWritten() throws IOException, InterruptedException {
        assertPrintsItsVersion(await("off", start("off", List.of("BPF4J_AOT_CACHE=off"), "--version")));
        Path aot = jar.resolveSibling("aot");
        assertFalse(Files.exists(aot), "switched off, but " + aot + " is there");
        // Root may write into every folder, but not into a file.
        Files.writeString(aot, "");
        assertPrintsItsVersion(run("--version"));
        assertEquals(0, Files.size(aot));
    }

    @Test
    void doesNotMindACacheThatIsNoneOrFailed() throws IOException, InterruptedException {
        assertPrintsItsVersion(run("--version"));
        Path cache = onlyCache();
        for (byte[] content : new byte[][] {"no cache at all".getBytes(StandardCharsets.UTF_8), {}}) {
            Files.write(cache, content);
            Files.setLastModifiedTime(cache, Files.getLastModifiedTime(jar));
            assertPrintsItsVersion(run("--version"));
            assertEquals(content.length, Files.size(cache), "it is not made again until there is another jar");
        }
    }

    @Test
    void passesWordsAndExitStatusOn() throws IOException, InterruptedException {
        Outcome outcome = await("out", start("out", List.of("BPF4J_AOT_CACHE=off"), "load", "no such file"));
        assertEquals(1, outcome.status());
        assertEquals("bpf4j: no such file: no such file\n", outcome.err());
    }

    private static void assertPrintsItsVersion(Outcome outcome) {
        assertAll(
                () -> assertEquals("", outcome.err()),
                () -> assertEquals("bpf4j " + VERSION, outcome.out().lines().findFirst().orElse("")),
                () -> assertEquals(3, outcome.out().lines().count(), outcome.out()),
                () -> assertEquals(0, outcome.status()));
    }

    /** The cache, which is alone with the lock: nothing temporary stays. */
    private Path onlyCache() throws IOException {
        try (Stream<Path> all = Files.walk(jar.resolveSibling("aot"))) {
            List<Path> files = all.filter(Files::isRegularFile).filter(file -> !file.endsWith("lock")).toList();
            assertEquals(1, files.size(), files.toString());
            assertTrue(files.getFirst().toString().contains(JAVA_HOME.toString()), files.toString());
            return files.getFirst();
        }
    }

    private Outcome run(String... arguments) throws IOException, InterruptedException {
        return await("run", start("run", List.of(), arguments));
    }

    private Process start(String name, List<String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("env", "-u", "JAVA_TOOL_OPTIONS", "-u", "_JAVA_OPTIONS", "-u",
                "JDK_JAVA_OPTIONS", "-u", "BPF4J_AOT_CACHE", "JAVA_HOME=" + JAVA_HOME));
        command.addAll(environment);
        command.add(checkout.resolve("bpf4j").toString());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectOutput(checkout.resolve(name + ".out").toFile())
                .redirectError(checkout.resolve(name + ".err").toFile())
                .start();
    }

    private Outcome await(String name, Process process) throws IOException, InterruptedException {
        int status = process.waitFor();
        return new Outcome(status, Files.readString(checkout.resolve(name + ".out")),
                Files.readString(checkout.resolve(name + ".err")));
    }
}
