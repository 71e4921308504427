package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The BPF descriptors of this process; other ones come and go with class loading. */
public final class Descriptors implements AutoCloseable {

    private static final Path OWN = Path.of("/proc/self/fd");

    private final List<String> before = now();

    private static List<String> now() {
        try (Stream<Path> links = Files.list(OWN)) {
            return links.map(Descriptors::target).filter(t ->
                    t.contains("bpf") || t.contains("btf") || t.contains("cgroup"))
                    .sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            // Closed in the meantime, as the one of the listing itself.
            return "";
        }
    }

    /** Asserts that there are as many as when this was made. */
    @Override
    public void close() {
        assertEquals(before, now());
    }
}
