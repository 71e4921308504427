package bpf4j.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A BPF file system of a test's own. */
public final class BpfFileSystem implements Closeable {

    private final Path folder;

    private BpfFileSystem(Path folder) {
        this.folder = folder;
    }

    /** Mounts one on an empty folder. */
    public static BpfFileSystem mount(Path folder) throws IOException {
        run("mount", "-t", "bpf", "none", folder.toString());
        return new BpfFileSystem(folder);
    }

    /** {@return its folder} */
    public Path folder() {
        return folder;
    }

    /** {@return the pins in it} */
    public List<Path> pins() throws IOException {
        // The kernel puts two of its own there.
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> !file.toString().endsWith(".debug")).toList();
        }
    }

    @Override
    public void close() throws IOException {
        run("umount", folder.toString());
    }

    private static void run(String... command) throws IOException {
        assertEquals(0, new ProcessBuilder(command).inheritIO().start().onExit().join().exitValue(),
                String.join(" ", command));
    }
}
