package bpf4j.examples.dctcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.examples.BpfFileSystem;
import bpf4j.examples.ChildExample;
import bpf4j.examples.LeftBehind;
import bpf4j.testdata.KernelTest;
import bpf4j.testdata.KernelVersion;
import bpf4j.testdata.Patience;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@KernelTest
@Timeout(300) // many times what it takes where the machine is emulated
class DctcpKernelTest {

    private static final int SIGTERM_STATUS = 128 + 15;

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(output, true);

    @Test
    void aConnectionUsesItThreeTimesAndNothingStays() throws IOException, InterruptedException {
        LeftBehind before = LeftBehind.before("dctcp.bpf.o", "mark_ce.bpf.o");
        for (int i = 0; i < 3; i++) {
            assertTrue(Dctcp.run(out), output::toString);
        }
        LeftBehind.assertNoCongestionControl("bpf_dctcp");
        before.assertNothing();
    }

    @Test
    void aLinkRegistersItThreeTimesAndNothingStays() throws IOException, InterruptedException {
        KernelVersion.assumeAtLeast(6, 4, "links of struct_ops");
        LeftBehind before = LeftBehind.before("dctcp_link.bpf.o", "mark_ce.bpf.o");
        for (int i = 0; i < 3; i++) {
            assertTrue(Dctcp.runByLink(out, Optional.empty()), output::toString);
        }
        LeftBehind.assertNoCongestionControl("bpf_dctcp_link");
        before.assertNothing();
    }

    @Test
    void aPinnedLinkOutlivesItsOwnerUntilItIsUnpinned(@TempDir Path folder) throws IOException, InterruptedException {
        KernelVersion.assumeAtLeast(6, 4, "links of struct_ops");
        LeftBehind before = LeftBehind.before("dctcp_link.bpf.o", "mark_ce.bpf.o");
        try (BpfFileSystem pins = BpfFileSystem.mount(folder)) {
            assertTrue(Dctcp.runByLink(out, Optional.of(pins.folder())), output::toString);
            assertTrue(output.toString().contains("pinned at " + folder), output::toString);
            assertEquals(List.of(), pins.pins());
        }
        before.assertNothing();
    }

    @Test
    void whoStopsItLeavesNothing() throws IOException, InterruptedException {
        LeftBehind before = LeftBehind.before("dctcp.bpf.o", "mark_ce.bpf.o");
        Process process = ChildExample.start(Dctcp.class);
        try (BufferedReader lines = process.inputReader()) {
            assertEquals("struct_ops 'dctcp'", lines.readLine());
            process.toHandle().destroy();
            String rest = String.join("\n", lines.lines().toList());
            assertEquals(SIGTERM_STATUS, process.waitFor(), rest);
            assertFalse(rest.contains("CRC"), "it was not stopped in the middle: " + rest);
        }
        assertEquals(List.of(), LeftBehind.cgroups("-" + process.pid()));
        LeftBehind.assertNoCongestionControl("bpf_dctcp");
        before.assertNothing();
    }

    @Test
    void aWrongArgumentIsAnsweredWithTheUsage() throws IOException, InterruptedException {
        Process process = ChildExample.start(Dctcp.class, "--lnik");
        assertEquals("usage: Dctcp [--link | --pin FOLDER_IN_A_BPF_FILE_SYSTEM]", process.inputReader().readLine());
        assertTrue(process.waitFor(Patience.LIMIT));
        assertEquals(2, process.exitValue());
    }
}
