package bpf4j.examples.sockmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.examples.BpfFileSystem;
import bpf4j.examples.ChildExample;
import bpf4j.examples.LeftBehind;
import bpf4j.testdata.KernelTest;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@KernelTest
@Timeout(300) // many times what it takes where the machine is emulated
class SockmapKernelTest {

    private static final int SIGTERM_STATUS = 128 + 15;
    /** Takes a second at least, so that there is a middle to be stopped in. */
    private static final String MANY_MESSAGES = "20000";

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(output, true);

    @Test
    void bytesGoPastTcpThreeTimesAndNothingStays() throws IOException, InterruptedException {
        LeftBehind before = LeftBehind.before("sockmap.bpf.o");
        for (int i = 0; i < 3; i++) {
            assertTrue(Sockmap.run(out, Echo.USUAL_MESSAGES), output::toString);
        }
        before.assertNothing();
    }

    @Test
    void legacyObjectsShareAPinnedMapThreeTimesAndNothingStays(@TempDir Path folder)
            throws IOException, InterruptedException {
        LeftBehind before = LeftBehind.before("sockmap_legacy_sockops.bpf.o", "sockmap_legacy_redir.bpf.o");
        try (BpfFileSystem pins = BpfFileSystem.mount(folder)) {
            for (int i = 0; i < 3; i++) {
                assertTrue(LegacySockmap.run(out, pins.folder()), output::toString);
                assertEquals(List.of(), pins.pins());
            }
        }
        before.assertNothing();
    }

    @Test
    void whoStopsItLeavesNothing() throws IOException, InterruptedException {
        LeftBehind before = LeftBehind.before("sockmap.bpf.o");
        Process process = ChildExample.start(Sockmap.class, MANY_MESSAGES);
        try (BufferedReader lines = process.inputReader()) {
            assertTrue(lines.readLine().startsWith("program 'file_established' on cgroup "));
            List<ProcessHandle> peers = process.children().toList();
            assertEquals(1, peers.size());
            process.toHandle().destroy();
            String rest = String.join("\n", lines.lines().toList());
            assertEquals(SIGTERM_STATUS, process.waitFor(), rest);
            assertFalse(rest.contains("variables"), "it was not stopped in the middle: " + rest);
            assertFalse(peers.getFirst().isAlive());
        }
        assertEquals(List.of(), LeftBehind.cgroups("-" + process.pid()));
        before.assertNothing();
    }

    @Test
    void aFolderThatIsInNoBpfFileSystemIsRefusedInOneSentence(@TempDir Path folder)
            throws IOException, InterruptedException {
        Process process = ChildExample.start(LegacySockmap.class, folder.toString());
        List<String> lines = process.inputReader().lines().toList();
        assertEquals(1, process.waitFor());
        assertEquals(1, lines.size(), lines::toString);
        assertTrue(lines.getFirst().contains("mount -t bpf"), lines::toString);
        assertEquals(List.of(), LeftBehind.cgroups("-" + process.pid()));
    }
}
