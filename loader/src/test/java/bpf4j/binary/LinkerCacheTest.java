package bpf4j.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The dynamic linker's list of libraries. */
class LinkerCacheTest {

    private static final int HEADER_BYTES = 48;
    private static final int ENTRY_BYTES = 24;

    /** Writes a list of one name in three variants, of which the last is the plain one. */
    static Path write(Path file, String name, String path) throws IOException {
        int strings = HEADER_BYTES + 3 * ENTRY_BYTES;
        byte[] texts = (name + "\0" + path + "\0/other\0").getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(strings + texts.length).order(ByteOrder.nativeOrder());
        bytes.put("glibc-ld.so.cache1.1".getBytes(StandardCharsets.UTF_8)).putInt(3).putInt(texts.length);
        bytes.position(HEADER_BYTES);
        int value = strings + name.length() + 1;
        int other = value + path.length() + 1;
        bytes.putInt(3).putInt(strings).putInt(other).putInt(0).putLong(0);
        bytes.putInt(0x303).putInt(strings).putInt(other).putInt(0).putLong(1L << 62);
        bytes.putInt(0x303).putInt(strings).putInt(value).putInt(0).putLong(0);
        bytes.put(texts);
        return Files.write(file, bytes.array());
    }

    @Test
    void entryIsOfTheMachineAndOfNoParticularProcessor(@TempDir Path folder) throws IOException {
        Path file = write(folder.resolve("cache"), "libx.so", "/opt/x/libx.so");
        assertEquals(Optional.of("/opt/x/libx.so"), LinkerCache.read(file, "amd64").find("libx.so"));
        assertEquals(Optional.empty(), LinkerCache.read(file, "amd64").find("lib"));
        assertEquals(Optional.empty(), LinkerCache.read(file, "aarch64").find("libx.so"));
        assertEquals(Optional.empty(), LinkerCache.read(file, "vax").find("libx.so"));
    }

    @Test
    void otherFilesAreEmpty(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("cache");
        assertEquals(Optional.empty(), LinkerCache.read(file, "amd64").find("libx.so"));
        byte[] whole = Files.readAllBytes(write(file, "libx.so", "/opt/libx.so"));
        for (int length = 0; length < whole.length - 1; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            Optional<String> found = LinkerCache.read(file, "amd64").find("libx.so");
            assertTrue(found.isEmpty() || found.get().equals("/opt/libx.so"), found::toString);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, -1", "20, -1", "100, -1", "104, -1", "100, 2147483647", "104, 2147483647"})
    void damage(int at, int value, @TempDir Path folder) throws IOException {
        Path file = write(folder.resolve("cache"), "libx.so", "/opt/libx.so");
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).putInt(at, value);
        Files.write(file, bytes);
        assertEquals(at == 20 ? Optional.of("/opt/libx.so") : Optional.empty(),
                LinkerCache.read(file, "amd64").find("libx.so"));
    }

    /** {@code ldconfig} prints the list: {@code libc.so.6 (libc6,x86-64) => /lib/x86_64-linux-gnu/libc.so.6}. */
    @Test
    void agreesWithLdconfig() throws Exception {
        Path ldconfig = Path.of("/sbin/ldconfig");
        assumeTrue(Files.isExecutable(ldconfig) && System.getProperty("os.arch").equals("amd64"));
        Process process = new ProcessBuilder(ldconfig.toString(), "-p").redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        LinkerCache cache = LinkerCache.read(LinkerCache.SYSTEM, "amd64");
        Matcher line = Pattern.compile("\t(\\S+) \\(libc6,x86-64\\) => (\\S+)").matcher(text);
        int count = 0;
        while (line.find()) {
            Optional<String> found = cache.find(line.group(1));
            assertTrue(found.isPresent() && text.contains(line.group(1) + " (libc6,x86-64) => " + found.get()),
                    line.group());
            count++;
        }
        assumeTrue(count > 0);
    }
}
