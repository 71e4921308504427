package bpf4j.examples.opensnoop;

import bpf4j.event.RingBuffer;
import bpf4j.examples.Example;
import bpf4j.examples.bpf.OpensnoopBpf.Opened;
import bpf4j.examples.bpf.OpensnoopBpf;
import bpf4j.link.Links;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Prints each file that a process of this machine opens, with the descriptor or negated errno that it gets, until it is
 * stopped. Needs root and a mounted tracefs.
 */
public final class Opensnoop {

    private static final Duration INTERRUPTIBLE = Duration.ofMillis(200);

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
            watch(o -> System.out.printf("%-8d %-16s %6d  %s%n", o.pid(), o.command(), o.result(), o.path()));
            return true;
        });
    }

    /** Shows each call of {@code openat(2)} that returns until this thread is interrupted. */
    static void watch(Consumer<Opened> reader) throws IOException {
        try (OpensnoopBpf loaded = OpensnoopBpf.load();
                RingBuffer events = RingBuffer.open(loaded.events());
                Links _ = loaded.attachAll()) {
            while (!Thread.currentThread().isInterrupted()) {
                events.poll(INTERRUPTIBLE, window -> reader.accept(Opened.CODEC.read(window, 0)));
            }
        }
    }
}
