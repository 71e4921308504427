package bpf4j.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.kernel.Descriptors;
import bpf4j.sys.Fd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a test leaves behind: descriptors, and memory of maps and perf events. */
final class Leftovers implements AutoCloseable {

    private final Descriptors descriptors = new Descriptors();
    private final long open = Fd.openCount();
    private final long mappings = mappings();

    private static long mappings() {
        try {
            return Files.readAllLines(Path.of("/proc/self/maps")).stream()
                    .filter(line -> line.contains("bpf-map") || line.contains("[perf_event]")).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return how many mappings there are more than when this was made} */
    long newMappings() {
        return mappings() - mappings;
    }

    /** Asserts that nothing is left. Of what earlier tests forgot, some may have been collected. */
    @Override
    public void close() {
        descriptors.close();
        assertTrue(Fd.openCount() <= open, () -> Fd.openCount() - open + " descriptors are left");
        assertEquals(0, newMappings());
    }
}
