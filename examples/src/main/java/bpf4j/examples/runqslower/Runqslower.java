package bpf4j.examples.runqslower;

import bpf4j.event.EventSource;
import bpf4j.event.RingBuffer;
import bpf4j.examples.Example;
import bpf4j.examples.bpf.RunqslowerBpf.Wait;
import bpf4j.examples.bpf.RunqslowerBpf;
import bpf4j.link.Links;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;

/**
 * Shows which tasks wait long for a processor after they are ready to run, and who had it before them: a row for each
 * wait, as it ends. Needs root, Linux 5.11 and tracepoints with types.
 */
public final class Runqslower {

    private static final String USAGE = "Runqslower [LEAST_MICROSECONDS [SECONDS]]";
    private static final String LEAST_MICROS = "10000";
    private static final Duration INTERRUPTIBLE = Duration.ofMillis(200);
    private static final String ROW = "%-12s  %-16s %8s  %12s  %-16s %8s%n";

    private Runqslower() {
    }

    /**
     * Runs the example.
     *
     * @param args the shortest wait to show, in microseconds, 10 ms if it is left out; and for how many seconds, until
     *     Ctrl-C if that is left out
     */
    public static void main(String[] args) {
        Example.runAndExit(() -> {
            if (args.length > 2) {
                throw new Example.UsageException(USAGE);
            }
            try {
                long leastMicros = Long.parseLong(args.length > 0 ? args[0] : LEAST_MICROS);
                return run(System.out, leastMicros,
                        args.length > 1 ? Duration.ofSeconds(Integer.parseInt(args[1])) : EventSource.FOREVER);
            } catch (NumberFormatException _) {
                throw new Example.UsageException(USAGE);
            }
        });
    }

    static boolean run(PrintStream out, long leastMicros, Duration time) throws IOException, InterruptedException {
        try (RunqslowerBpf loaded = RunqslowerBpf.open().leastNanos(TimeUnit.MICROSECONDS.toNanos(leastMicros)).load();
                RingBuffer waits = RingBuffer.open(loaded.waits());
                Links _ = loaded.attachAll()) {
            out.printf(ROW, "TIME", "TASK", "PID", "WAITED us", "AFTER", "PID");
            long start = System.nanoTime();
            while (Duration.ofNanos(System.nanoTime() - start).compareTo(time) < 0) {
                waits.poll(INTERRUPTIBLE, window -> print(out, Wait.CODEC.read(window, 0)));
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
            long lost = loaded.lostWaits();
            if (lost > 0) {
                out.printf("%d more were lost, as they came faster than they were read%n", lost);
            }
            return true;
        }
    }

    private static void print(PrintStream out, Wait wait) {
        out.printf(ROW, LocalTime.now().truncatedTo(ChronoUnit.MILLIS), wait.comm(), wait.pid(),
                TimeUnit.NANOSECONDS.toMicros(wait.nanos()), wait.previousComm(), wait.previousPid());
    }
}
