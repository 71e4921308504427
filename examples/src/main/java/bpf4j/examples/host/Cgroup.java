package bpf4j.examples.host;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A cgroup of one's own, so that programs attached to it concern nobody else. Closing it ends the processes that are
 * still in it and removes it. Safe for use by several threads.
 */
public final class Cgroup implements Closeable {

    private static final String PROCESSES = "cgroup.procs";
    private static final Duration TIME_TO_EMPTY = Duration.ofSeconds(5);
    private static final int MILLISECONDS_BETWEEN_TRIES = 10;

    private final Path folder;
    private final Path home;

    private Cgroup(Path folder, Path home) {
        this.folder = folder;
        this.home = home;
    }

    /**
     * Makes a cgroup at the top of the hierarchy.
     *
     * @param name the beginning of its name; this process's id follows
     * @return the cgroup, the caller's to close
     * @throws IOException if there is no cgroup v2, or it cannot be made
     */
    public static Cgroup create(String name) throws IOException {
        CgroupMount mount = CgroupMount.find();
        Path folder = mount.folder().resolve(name + "-" + ProcessHandle.current().pid());
        Path home = mount.own();
        return new Cgroup(Files.createDirectory(folder), home);
    }

    /** {@return the cgroup's folder, to attach programs to} */
    public Path folder() {
        return folder;
    }

    /**
     * Moves this process into the cgroup. Sockets belong for good to the cgroup in which they were made.
     *
     * @return the stay in it, the caller's to close, which moves the process back to where it was
     * @throws IOException if the kernel refuses
     */
    public Closeable enter() throws IOException {
        join(folder);
        return () -> move(ProcessHandle.current().pid(), home);
    }

    /**
     * Moves this process into a cgroup for the rest of its life.
     *
     * @param folder the cgroup's folder
     * @throws IOException if the kernel refuses
     */
    public static void join(Path folder) throws IOException {
        move(ProcessHandle.current().pid(), folder);
    }

    /**
     * Removes the cgroup. A process that was killed leaves its cgroup a moment later, so this may take a moment too.
     *
     * @throws IOException if processes stay in it
     */
    @Override
    public synchronized void close() throws IOException {
        long deadline = System.nanoTime() + TIME_TO_EMPTY.toNanos();
        // Who interrupts this thread wants the cgroup gone as well, so that is put off.
        boolean interrupted = Thread.interrupted();
        try {
            while (Files.exists(folder)) {
                try {
                    empty();
                    Files.deleteIfExists(folder);
                } catch (FileSystemException e) {
                    if (System.nanoTime() - deadline > 0) {
                        throw e;
                    }
                    interrupted |= pause();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void empty() throws IOException {
        for (String line : Files.readAllLines(folder.resolve(PROCESSES))) {
            long pid = Long.parseLong(line);
            if (pid == ProcessHandle.current().pid()) {
                move(pid, home);
            } else {
                ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
            }
        }
    }

    private static void move(long pid, Path folder) throws IOException {
        Files.writeString(folder.resolve(PROCESSES), Long.toString(pid));
    }

    /** {@return whether the thread was interrupted} */
    private static boolean pause() {
        try {
            Thread.sleep(MILLISECONDS_BETWEEN_TRIES);
            return false;
        } catch (InterruptedException e) {
            return true;
        }
    }

    @Override
    public String toString() {
        return folder.toString();
    }
}
