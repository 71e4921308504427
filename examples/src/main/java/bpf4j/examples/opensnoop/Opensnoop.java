package bpf4j.examples.opensnoop;

import bpf4j.event.RingBuffer;
import bpf4j.examples.BundledObject;
import bpf4j.examples.Example;
import bpf4j.kernel.LoadedObject;
import bpf4j.link.Links;
import bpf4j.map.Codec;
import bpf4j.map.Length;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Prints each file that a process of this machine opens, with the descriptor or negated errno that it gets, until it is
 * stopped. Needs root and a mounted tracefs.
 */
public final class Opensnoop {

    private static final Duration INTERRUPTIBLE = Duration.ofMillis(200);
    private static final Codec<Opened> OPENED = Codec.of(MethodHandles.lookup(), Opened.class);

    /** The struct of this name in the program; a path is cut at 255 bytes. */
    record Opened(int pid, int result, @Length(16) String command, @Length(256) String path) {
    }

    private Opensnoop() {
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

    /** Shows each call of {@code openat(2)} that returns until this thread is interrupted. */
    static void watch(Consumer<Opened> reader) throws IOException {
        try (LoadedObject loaded = BundledObject.read("opensnoop.bpf.o").load();
                RingBuffer events = RingBuffer.open(loaded.map("events"));
                Links _ = loaded.attachAll()) {
            while (!Thread.currentThread().isInterrupted()) {
                events.poll(INTERRUPTIBLE, window -> reader.accept(OPENED.read(window, 0)));
            }
        }
    }
}
