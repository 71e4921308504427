package bpf4j.examples.opensnoop;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import bpf4j.event.RingBuffer;
import bpf4j.examples.BundledObject;
import bpf4j.examples.Example;
import bpf4j.kernel.LoadedObject;
import bpf4j.link.Links;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.function.Consumer;

/** Prints each file that a process of this machine opens, until it is stopped. */
public final class Opensnoop {

    private static final Duration PAUSE = Duration.ofMillis(200);

    private Opensnoop() {
    }

    /**
     * A call of {@code openat(2)} that has returned: {@code struct opened} of {@code opensnoop.bpf.c}.
     *
     * @param pid the process
     * @param result the descriptor, or a negated errno
     * @param command the thread's name
     * @param path the path, cut at 255 bytes
     */
    record Opened(int pid, int result, String command, String path) {

        static Opened read(MemorySegment event) {
            return new Opened(event.get(JAVA_INT, 0), event.get(JAVA_INT, 4), event.getString(8), event.getString(24));
        }
    }

    /**
     * Runs the example.
     *
     * @param args none
     */
    public static void main(String[] args) {
        Example.runAndExit(() -> {
            System.out.printf("%-8s %-16s %6s  %s%n", "PID", "COMMAND", "RESULT", "PATH");
            watch(o -> System.out.printf("%-8d %-16s %6d  %s%n", o.pid, o.command, o.result, o.path));
            return true;
        });
    }

    /** Shows each call until this thread is interrupted. */
    static void watch(Consumer<Opened> reader) throws IOException {
        try (LoadedObject loaded = BundledObject.read("opensnoop.bpf.o").load();
                RingBuffer events = RingBuffer.open(loaded.map("events"));
                Links _ = loaded.attachAll()) {
            while (!Thread.currentThread().isInterrupted()) {
                events.poll(PAUSE, event -> reader.accept(Opened.read(event)));
            }
        }
    }
}
