package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The numbers of uprobe events, on kernels with and without counters. */
class UprobePmuTest {

    @TempDir
    private Path devices;

    private void write(String name, String text) throws IOException {
        Path file = devices.resolve("uprobe").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text + "\n");
    }

    @Test
    void configHasReturnAndCounter() throws IOException {
        write("type", "9");
        write("format/retprobe", "config:0");
        write("format/ref_ctr_offset", "config:32-63");
        UprobePmu pmu = UprobePmu.find(devices).orElseThrow();
        assertEquals(9, pmu.probe().type());
        assertEquals(0x1234_0000_0001L, pmu.config(true, 0x1234));
        assertEquals(0, pmu.config(false, 0));
        assertTrue(pmu.hasRoomFor(0xffff_ffffL));
        assertFalse(pmu.hasRoomFor(0x1_0000_0000L));
    }

    @Test
    void oldKernelHasNoCounters() throws IOException {
        write("type", "9");
        write("format/retprobe", "config:0");
        UprobePmu pmu = UprobePmu.find(devices).orElseThrow();
        assertTrue(pmu.hasRoomFor(0));
        assertFalse(pmu.hasRoomFor(4));
        assertEquals(1, pmu.config(true, 0));
    }

    @Test
    void kernelWithoutUprobes() {
        assertEquals(Optional.empty(), UprobePmu.find(devices));
    }
}
