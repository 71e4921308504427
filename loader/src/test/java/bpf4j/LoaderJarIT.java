package bpf4j;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The executable jar, as packaged. */
class LoaderJarIT {

    private static final Path JAR = Path.of(System.getProperty("bpf4j.jar"));
    private static final Path LIBRARY_JAR = Path.of(System.getProperty("bpf4j.library.jar"));
    private static final String VERSION = System.getProperty("bpf4j.version");
    private static final Path NEW_JAVA_HOME = Path.of(System.getProperty("java.home"));
    private static final Path MAVEN_JAVA_HOME = Path.of(System.getProperty("bpf4j.maven.java.home"));

    @TempDir
    private Path folder;

    private record Outcome(int status, String out, String err) {
    }

    @Test
    void printsItsVersionAndNoWarning() throws IOException, InterruptedException {
        Outcome outcome = run(NEW_JAVA_HOME, "--version");
        assertAll(
                () -> assertEquals(0, outcome.status()),
                () -> assertEquals("bpf4j " + VERSION, outcome.out().lines().findFirst().orElse("")),
                () -> assertEquals("", outcome.err()));
    }

    @Test
    void grantsNativeAccessToItself() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            Attributes manifest = jar.getManifest().getMainAttributes();
            assertEquals("ALL-UNNAMED", manifest.getValue("Enable-Native-Access"));
            assertEquals("true", manifest.getValue("Multi-Release"));
        }
    }

    @Test
    void refusesAnUnknownOptionAsWrongUsage() throws IOException, InterruptedException {
        Outcome outcome = run(NEW_JAVA_HOME, "inspect", "any.bpf.o", "--no-such-option");
        assertEquals(2, outcome.status());
        assertTrue(outcome.err().startsWith("Unknown option: '--no-such-option'"), outcome.err());
    }

    @Test
    void saysInOneSentenceWhichJavaItNeeds() throws IOException, InterruptedException {
        int oldJava = feature(MAVEN_JAVA_HOME);
        assumeTrue(oldJava < 25, "Maven runs on Java " + oldJava + ", which is not too old");
        Outcome outcome = run(MAVEN_JAVA_HOME, "--version");
        assertAll(
                () -> assertEquals(3, outcome.status()),
                () -> assertEquals("", outcome.out()),
                () -> assertEquals("bpf4j needs Java 25 or newer; this is Java %d (%s).%n".formatted(
                        oldJava, MAVEN_JAVA_HOME), outcome.err()));
    }

    @Test
    void startsWithAClassForJavaEight() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile());
                DataInputStream in = new DataInputStream(jar.getInputStream(jar.getEntry("bpf4j/Launcher.class")))) {
            assertEquals(0xCAFEBABE, in.readInt());
            in.readUnsignedShort();
            assertEquals(52, in.readUnsignedShort(), "major version of the class file");
        }
    }

    @Test
    void bundlesEachLibraryWithItsLicense() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            for (String entry : List.of("bpf4j/elf/ElfFile.class", "bpf4j/btf/Btf.class", "picocli/CommandLine.class",
                    "com/fasterxml/jackson/core/JsonGenerator.class", "META-INF/LICENSE", "META-INF/NOTICE",
                    "META-INF/FastDoubleParser-LICENSE", "META-INF/thirdparty-LICENSE",
                    "org/tukaani/xz/XZInputStream.class")) {
                assertNotNull(jar.getEntry(entry), entry);
            }
            String notices = new String(jar.getInputStream(jar.getEntry("META-INF/NOTICE.txt")).readAllBytes(),
                    StandardCharsets.UTF_8);
            for (String library : List.of("Compress", "IO", "Codec", "Lang")) {
                assertTrue(notices.contains("Apache Commons " + library), library);
            }
            List<String> names = jar.stream().map(entry -> entry.getName()).toList();
            assertFalse(names.stream().anyMatch(name -> name.endsWith("module-info.class")), "module descriptors");
            assertEquals(names.size(), names.stream().distinct().count(), "no entry twice");
        }
    }

    @Test
    void leavesTheLibraryJarSlim() throws IOException {
        try (JarFile jar = new JarFile(LIBRARY_JAR.toFile())) {
            assertNotNull(jar.getEntry("module-info.class"));
            assertNotNull(jar.getEntry("META-INF/LICENSE"));
            for (String entry : List.of("bpf4j/Launcher.class", "bpf4j/elf/ElfFile.class", "bpf4j/btf/Btf.class",
                    "picocli/CommandLine.class", "com/fasterxml/jackson/core/JsonGenerator.class",
                    "org/tukaani/xz/XZInputStream.class")) {
                assertNull(jar.getEntry(entry), entry);
            }
        }
    }

    private Outcome run(Path javaHome, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(javaHome.resolve("bin/java").toString());
        command.addAll(List.of("-jar", JAR.toString()));
        command.addAll(List.of(arguments));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        // They make java print a line of its own.
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS"));
        int status = builder.start().waitFor();
        return new Outcome(status, Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }

    /** The number in {@code JAVA_VERSION="17.0.15"} of the JDK's release file. */
    private static int feature(Path javaHome) throws IOException {
        Properties release = new Properties();
        try (var in = Files.newBufferedReader(javaHome.resolve("release"))) {
            release.load(in);
        }
        String version = release.getProperty("JAVA_VERSION").replace("\"", "");
        return Integer.parseInt((version.startsWith("1.") ? version.substring(2) : version).split("[._]")[0]);
    }
}
