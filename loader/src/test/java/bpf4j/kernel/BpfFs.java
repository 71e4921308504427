package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A BPF file system of a test's own. */
public final class BpfFs implements AutoCloseable {

    private final Path folder;

    /** Mounts one. */
    public BpfFs() throws IOException {
        folder = Files.createTempDirectory("bpf4j-fs");
        run("mount", "-t", "bpf", "bpf", folder.toString());
    }

    /** {@return its folder} */
    public Path folder() {
        return folder;
    }

    /** {@return the names that the test put there} */
    public List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            // Kernels with preloaded iterators put two of their own there.
            return files.map(f -> f.getFileName().toString()).filter(n -> !n.endsWith(".debug")).sorted().toList();
        }
    }

    @Override
    public void close() throws IOException {
        run("umount", folder.toString());
        Files.delete(folder);
    }

    private static void run(String... command) throws IOException {
        assertEquals(0, new ProcessBuilder(command).inheritIO().start().onExit().join().exitValue(),
                String.join(" ", command));
    }
}
