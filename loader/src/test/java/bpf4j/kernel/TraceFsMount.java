package bpf4j.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The machine's tracefs, or where it is not mounted one of a test's own. */
public final class TraceFsMount implements AutoCloseable {

    private final Optional<Path> own;

    /** Mounts it if need be. */
    public TraceFsMount() throws IOException {
        if (TraceFs.find().isPresent()) {
            own = Optional.empty();
        } else {
            own = Optional.of(Files.createTempDirectory("bpf4j tracing"));
            run("mount", "-t", "tracefs", "tracefs", own.get().toString());
        }
    }

    /** {@return its folder} */
    public Path folder() {
        return TraceFs.find().orElseThrow().folder();
    }

    /** {@return whether the kernel has kprobes, told by what it shows of them} */
    public boolean hasKprobes() {
        return Files.exists(folder().resolve("kprobe_events"));
    }

    @Override
    public void close() throws IOException {
        if (own.isPresent()) {
            run("umount", own.get().toString());
            Files.delete(own.get());
        }
    }

    private static void run(String... command) throws IOException {
        assertEquals(0, new ProcessBuilder(command).inheritIO().start().onExit().join().exitValue(),
                String.join(" ", command));
    }
}
