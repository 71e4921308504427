package bpf4j.examples.demo;

import java.io.PrintStream;
import java.time.Duration;

/**
 * How far a measurement has come: a line that is overwritten, and gone when this is closed. Only on a terminal; nothing
 * is printed elsewhere. Not thread-safe.
 */
public final class Progress implements AutoCloseable {

    private static final int BAR_COLUMNS = 30;
    private static final String ERASE_LINE = "\r\033[K";

    private final PrintStream out;
    private final boolean shown;
    private final int steps;
    private final long startNanos = System.nanoTime();
    private int done;

    Progress(PrintStream out, boolean shown, int steps) {
        this.out = out;
        this.shown = shown;
        this.steps = steps;
    }

    /**
     * Starts on standard error, if that is for people.
     *
     * @param steps how many steps there are, at least one
     * @return the bar, the caller's to close
     */
    public static Progress onTerminal(int steps) {
        var console = System.console();
        boolean dumb = System.getenv("TERM") == null || System.getenv("TERM").equals("dumb");
        return new Progress(System.err, console != null && console.isTerminal() && !dumb, steps);
    }

    /**
     * Says what comes next.
     *
     * @param what the next step, in a few words
     */
    public void next(String what) {
        if (shown) {
            int full = BAR_COLUMNS * done / steps;
            out.print(ERASE_LINE + "[" + "#".repeat(full) + ".".repeat(BAR_COLUMNS - full) + "] "
                    + 100 * done / steps + "%" + remaining() + "  " + what);
            out.flush();
        }
        done = Math.min(done + 1, steps);
    }

    private String remaining() {
        if (done == 0) {
            return "";
        }
        Duration passed = Duration.ofNanos(System.nanoTime() - startNanos);
        return ", " + passed.multipliedBy(steps - done).dividedBy(done).toSeconds() + " s left";
    }

    /** Takes the line away. */
    @Override
    public void close() {
        if (shown) {
            out.print(ERASE_LINE);
            out.flush();
        }
    }
}
