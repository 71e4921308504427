package bpf4j.examples.opensnoop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.examples.ChildExample;
import bpf4j.examples.LeftBehind;
import bpf4j.examples.bpf.OpensnoopBpf.Opened;
import bpf4j.kernel.TraceFs;
import bpf4j.testdata.KernelTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@KernelTest
@Timeout(300) // many times what it takes where the machine is emulated
class OpensnoopKernelTest {

    private static final int SIGTERM_STATUS = 128 + 15;
    private static final int ENOENT = 2;

    @TempDir
    private Path folder;
    private boolean mounted;

    @BeforeEach
    void mountTracing() throws Exception {
        if (TraceFs.find().isEmpty()) {
            run("mount", "-t", "tracefs", "tracefs", Files.createDirectory(folder.resolve("tracing")).toString());
            mounted = true;
        }
    }

    @AfterEach
    void unmountTracing() throws Exception {
        if (mounted) {
            run("umount", folder.resolve("tracing").toString());
        }
    }

    private static void run(String... command) throws Exception {
        assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor());
    }

    /** Opens a file that is there, and then one that is not, and says which process did. */
    private static long open(Path file) {
        try {
            Process cat = new ProcessBuilder("cat", file.toString(), file + ".missing").redirectErrorStream(true)
                    .start();
            cat.inputReader().lines().count();
            cat.waitFor();
            return cat.pid();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void opensAreSeenWithTheirResultAndNothingStays() throws Exception {
        LeftBehind before = LeftBehind.before("opensnoop.bpf.o");
        Path file = Files.createFile(folder.resolve("opened"));
        List<Opened> seen = new ArrayList<>();
        AtomicBoolean enough = new AtomicBoolean();
        Set<Long> processes = ConcurrentHashMap.newKeySet();
        // Nobody tells when the programs are attached, so this goes on until something is seen.
        Thread opener = Thread.ofPlatform().start(() -> {
            while (!enough.get()) {
                processes.add(open(file));
            }
        });
        Opensnoop.watch(opened -> {
            if (opened.path().startsWith(file.toString()) && seen.size() < 2) {
                seen.add(opened);
            }
            if (seen.size() == 2) {
                Thread.currentThread().interrupt();
            }
        });
        assertTrue(Thread.interrupted());
        enough.set(true);
        opener.join();
        seen.sort(Comparator.comparing(Opened::path));
        assertEquals(List.of(file.toString(), file + ".missing"), seen.stream().map(Opened::path).toList());
        assertTrue(seen.getFirst().result() >= 0);
        assertEquals(-ENOENT, seen.getLast().result());
        for (Opened opened : seen) {
            assertEquals("cat", opened.command());
            assertTrue(processes.contains((long) opened.pid()));
        }
        before.assertNothing();
    }

    @Test
    void whoStopsItLeavesNothing() throws Exception {
        LeftBehind before = LeftBehind.before("opensnoop.bpf.o");
        Process process = ChildExample.start(Opensnoop.class);
        try (BufferedReader lines = process.inputReader()) {
            assertEquals("PID      COMMAND          RESULT  PATH", lines.readLine());
            AtomicBoolean enough = new AtomicBoolean();
            Thread opener = Thread.ofPlatform().start(() -> {
                while (!enough.get()) {
                    open(folder.resolve("opened"));
                }
            });
            String line = lines.readLine();
            while (line != null && !line.contains("/opened")) {
                line = lines.readLine();
            }
            enough.set(true);
            opener.join();
            assertTrue(line != null && line.matches("\\d+ +cat +-2  " + folder + "/opened.*"), line);
            process.toHandle().destroy();
            lines.lines().count();
            assertEquals(SIGTERM_STATUS, process.waitFor());
        }
        before.assertNothing();
    }
}
