package bpf4j.examples.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.testdata.KernelTest;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

@KernelTest
class CgroupKernelTest {

    @Test
    void thisProcessGoesInAndComesBack() throws IOException {
        String home = own();
        try (Cgroup cgroup = Cgroup.create("bpf4j-test-enter")) {
            try (Closeable _ = cgroup.enter()) {
                assertTrue(own().endsWith(cgroup.folder().getFileName().toString()), own());
            }
            assertEquals(home, own());
        }
    }

    @Test
    void closingEndsWhatIsStillInside() throws IOException, InterruptedException {
        String home = own();
        Cgroup cgroup = Cgroup.create("bpf4j-test-close");
        Process sleeper;
        try (cgroup; Closeable _ = cgroup.enter()) {
            sleeper = new ProcessBuilder("sleep", "100").start();
        }
        assertEquals(128 + 9, sleeper.waitFor());
        assertFalse(Files.exists(cgroup.folder()));
        assertEquals(home, own());
        cgroup.close();
    }

    @Test
    void closingTakesThisProcessOutThoughItIsInterrupted() throws IOException {
        String home = own();
        Cgroup cgroup = Cgroup.create("bpf4j-test-interrupt");
        Cgroup.join(cgroup.folder());
        Thread.currentThread().interrupt();
        try {
            cgroup.close();
        } finally {
            assertTrue(Thread.interrupted());
        }
        assertFalse(Files.exists(cgroup.folder()));
        assertEquals(home, own());
    }

    private static String own() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/cgroup")).stream().filter(line -> line.startsWith("0::"))
                .findFirst().orElseThrow();
    }
}
