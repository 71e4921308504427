package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.reloc.Kconfig;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunningKernelTest {

    @TempDir
    Path root;

    @BeforeEach
    void release() throws IOException {
        write("proc/sys/kernel/osrelease", "6.1.0-13-amd64\n");
        write("proc/sys/kernel/version", "#1 SMP PREEMPT_DYNAMIC Debian 6.1.55-1 (2023-09-29)\n");
    }

    private void write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void zip(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(text.getBytes());
        }
    }

    private RunningKernel kernel(String given) {
        return new RunningKernel(() -> {
            throw new AssertionError("the types were not asked for");
        }, KernelFeatures.running(), root, Kconfig.parse(given, "given"));
    }

    private Optional<String> hz(String given) {
        return kernel(given).kconfig().value("CONFIG_HZ");
    }

    @Test
    void configurationOfTheBootFolderComesBeforeThatOfProc() throws IOException {
        zip("proc/config.gz", "CONFIG_HZ=100\n");
        assertEquals(Optional.of("100"), hz(""));
        write("boot/config-6.1.0-13-amd64", "CONFIG_HZ=250\n");
        assertEquals(Optional.of("250"), hz(""));
        zip("boot/config-6.1.0-13-amd64", "CONFIG_HZ=1000\n");
        assertEquals(Optional.of("1000"), hz(""));
    }

    @Test
    void givenOptionsCountFirstAndNeedNoFile() throws IOException {
        assertEquals(Optional.of("300"), hz("CONFIG_HZ=300"));
        zip("proc/config.gz", "CONFIG_HZ=100\nCONFIG_NET=y\n");
        RunningKernel kernel = kernel("CONFIG_HZ=300");
        assertEquals(Optional.of("300"), kernel.kconfig().value("CONFIG_HZ"));
        assertEquals(Optional.of("y"), kernel.kconfig().value("CONFIG_NET"));
    }

    @Test
    void aMissingConfigurationIsAClearError() {
        UncheckedIOException e = assertThrows(UncheckedIOException.class, () -> hz(""));
        assertTrue(e.getMessage().contains("boot/config-6.1.0-13-amd64")
                && e.getMessage().contains("proc/config.gz"), e::getMessage);
    }

    @Test
    void findsTheVersion() throws IOException {
        assertEquals(0x060137, kernel("").versionCode());
        write("proc/version_signature", "Ubuntu 6.2.0-12.15-generic 6.2.8\n");
        assertEquals(0x060208, kernel("").versionCode());
    }

    @Test
    void aReleaseWithoutVersionIsAClearError() throws IOException {
        write("proc/sys/kernel/osrelease", "custom\n");
        write("proc/sys/kernel/version", "#1\n");
        UncheckedIOException e = assertThrows(UncheckedIOException.class, () -> kernel("").version());
        assertTrue(e.getMessage().contains("'custom'"), e::getMessage);
    }

    @Test
    void readsSymbols() throws IOException {
        write("proc/kallsyms", "ffffffff81000000 T _text\n");
        assertEquals(Map.of("_text", 0xffffffff81000000L), kernel("").kallsyms().addresses(Set.of("_text")));
    }
}
