package bpf4j.link;

import static org.junit.jupiter.api.Assertions.assertTrue;

import bpf4j.testdata.Patience;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** A cgroup of a test's own, which this process may enter for a while. */
public final class TestCgroup implements AutoCloseable {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final Path mount = mount();
    private final Path before = own(mount);
    private final Path folder;

    /** Makes it. */
    public TestCgroup() throws IOException {
        folder = Files.createDirectory(mount.resolve(
                "bpf4j-test-%d-%d".formatted(ProcessHandle.current().pid(), NUMBER.incrementAndGet())));
    }

    /** {@return its folder} */
    public Path folder() {
        return folder;
    }

    /** {@return the kernel's id of it} */
    long id() throws IOException {
        return (Long) Files.getAttribute(folder, "unix:ino");
    }

    /** Moves this process in, until it is closed. */
    void enter() throws IOException {
        move(folder);
    }

    private static void move(Path to) throws IOException {
        Files.writeString(to.resolve("cgroup.procs"), Long.toString(ProcessHandle.current().pid()));
    }

    static Path mount() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/mounts")).stream().map(line -> line.split(" "))
                .filter(fields -> fields[2].equals("cgroup2")).map(fields -> Path.of(fields[1])).findFirst()
                .orElseThrow();
    }

    private static Path own(Path mount) throws IOException {
        return mount.resolve(Files.readAllLines(Path.of("/proc/self/cgroup")).stream().filter(l -> l.startsWith("0::/"))
                .findFirst().orElseThrow().substring("0::/".length()));
    }

    /** Moves this process out and removes the cgroup, where a thread that is ending stays until it has ended. */
    @Override
    public void close() throws IOException {
        move(before);
        try {
            assertTrue(Patience.until(() -> {
                try {
                    Files.deleteIfExists(folder);
                    return true;
                } catch (FileSystemException e) {
                    return false;
                }
            }), () -> folder + " stays");
        } catch (InterruptedException e) {
            throw new InterruptedIOException(e.getMessage());
        }
    }
}
