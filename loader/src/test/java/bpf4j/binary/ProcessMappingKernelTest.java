package bpf4j.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.testdata.Fixtures;
import bpf4j.testdata.KernelBuild;
import bpf4j.testdata.KernelTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of processes that see other folders than this one. */
@KernelTest
class ProcessMappingKernelTest {

    /** Without a C library, so that it runs where there is nothing else. */
    private static Path program() {
        Path file = Fixtures.path("user/probed-%s.elf".formatted(
                System.getProperty("os.arch").replace("amd64", "x86_64")));
        KernelBuild.assume(Files.exists(file), "a program of this machine");
        return file;
    }

    @ParameterizedTest
    @ValueSource(strings = {"chroot", "unshare -m chroot"})
    void fileOfAProcessWithAnotherRoot(String command, @TempDir Path folder) throws IOException {
        Path copy = Files.copy(program(), folder.resolve("probed"), StandardCopyOption.COPY_ATTRIBUTES);
        List<String> words = new ArrayList<>(List.of(command.split(" ")));
        words.addAll(List.of(folder.toString(), "/probed"));
        Process process = new ProcessBuilder(words).start();
        try {
            process.getOutputStream().write('a');
            process.getOutputStream().flush();
            assertEquals('0', process.getInputStream().read());
            Path found = ProcessMapping.library(process.pid(), "probed");
            assertTrue(Files.isSameFile(copy, found), found::toString);
        } finally {
            process.getOutputStream().close();
            process.onExit().join();
        }
    }
}
