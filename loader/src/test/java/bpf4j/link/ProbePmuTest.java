package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbePmuTest {

    @TempDir
    private Path devices;

    private Optional<ProbePmu> pmu(String type, String format) throws IOException {
        Path folder = Files.createDirectories(devices.resolve("kprobe/format"));
        Files.writeString(folder.resolve("retprobe"), format);
        Files.writeString(devices.resolve("kprobe/type"), type);
        return ProbePmu.find(devices, "kprobe");
    }

    @Test
    void typeAndBitAreTheKernels() throws IOException {
        ProbePmu pmu = pmu("8\n", "config:3\n").orElseThrow();
        assertEquals(List.of(8L, 0L, 8L), List.of((long) pmu.type(), pmu.config(false), pmu.config(true)));
    }

    @Test
    void bitMayBeTheHighest() throws IOException {
        assertEquals(Long.MIN_VALUE, pmu("8", "config:63").orElseThrow().config(true));
    }

    @Test
    void unknownFormIsNone() throws IOException {
        assertEquals(Optional.empty(), pmu("eight", "config:0"));
        assertEquals(Optional.empty(), pmu("8", "config1:0"));
        assertEquals(Optional.empty(), pmu("8", "config:0-3"));
    }

    @Test
    void kernelWithoutHasNone() {
        assertEquals(Optional.empty(), ProbePmu.find(devices, "kprobe"));
    }
}
