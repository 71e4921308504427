package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.sys.Syscall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceFsTest {

    private static List<String> candidates(String mountinfo) {
        return TraceFs.candidates(mountinfo).stream().map(Path::toString).toList();
    }

    @Test
    void isFoundWhereItIsMounted() {
        assertEquals(List.of("/some where/trace\\fs"), candidates("""
                22 27 0:21 / /proc rw,relatime - proc proc rw
                30 23 0:12 / /some\\040where/trace\\134fs rw,nosuid shared:7 master:1 - tracefs any rw,gid=3
                """));
    }

    @Test
    void usualFolderCountsBeforeOthersAndDebugfsLast() {
        assertEquals(List.of("/sys/kernel/tracing", "/mine", "/sys/kernel/debug/tracing"), candidates("""
                28 23 0:7 / /sys/kernel/debug rw shared:3 - debugfs debugfs rw
                31 23 0:12 / /mine rw - tracefs tracefs rw
                30 23 0:12 / /sys/kernel/tracing rw shared:7 - tracefs tracefs rw
                """));
    }

    @Test
    void folderOfDebugfsThatIsMountedAlreadyIsOneCandidate() {
        assertEquals(List.of("/sys/kernel/debug/tracing"), candidates("""
                28 23 0:7 / /sys/kernel/debug rw shared:3 - debugfs debugfs rw
                29 28 0:12 / /sys/kernel/debug/tracing rw shared:3 - tracefs tracefs rw
                """));
    }

    @Test
    void partsOfItAndOtherFileSystemsAreNone() {
        assertEquals(List.of(), candidates("""
                30 23 0:12 /events /sys/kernel/tracing rw - tracefs tracefs rw
                31 23 0:12 / /tracefs rw - tmpfs tracefs rw
                32 23 0:12 / /short rw
                33 23 0:12 / /shorter rw -

                """));
    }

    @Test
    void folderThatIsCoveredByAnotherFileSystemIsNone() {
        assertTrue(TraceFs.isTraceFs(Path.of("/t"), _ -> Syscall.TRACEFS_MAGIC));
        assertFalse(TraceFs.isTraceFs(Path.of("/t"), _ -> Syscall.BPF_FS_MAGIC));
        assertFalse(TraceFs.isTraceFs(Path.of("/t"), _ -> -2));
    }

    @Test
    void readsWhatIsThere(@TempDir Path folder) throws IOException {
        TraceFs fs = new TraceFs(folder);
        Files.writeString(folder.resolve("id"), "7\n");
        assertEquals(Optional.of("7\n"), fs.read("id", Step.ATTACH, "x"));
        assertEquals(Optional.empty(), fs.read("events/none/id", Step.ATTACH, "x"));
        KernelException e = assertThrows(KernelException.class, () -> fs.read(".", Step.ATTACH, "x"));
        assertTrue(e.getMessage().startsWith("x: attaching: " + folder), e::getMessage);
    }

    @Test
    void adviceIsTakenFromWhatCanBeRead(@TempDir Path folder) throws IOException {
        TraceFs fs = new TraceFs(folder);
        Files.writeString(folder.resolve("available_events"), "a:b\n");
        assertEquals(Optional.of("a:b\n"), fs.readIfPossible("available_events"));
        assertEquals(Optional.empty(), fs.readIfPossible("none"));
        assertEquals(Optional.empty(), fs.readIfPossible("."));
    }
}
