package bpf4j.examples;

import java.io.PrintStream;

/** What a program finds out, line by line, and whether all of it is as it should be. Not thread-safe. */
public final class Findings {

    private final PrintStream out;
    private boolean asExpected = true;

    /**
     * Starts with nothing found.
     *
     * @param out where the lines go
     */
    public Findings(PrintStream out) {
        this.out = out;
    }

    /**
     * Prints a line that is neither right nor wrong.
     *
     * @param format as for {@link String#format}
     * @param arguments as for {@link String#format}
     */
    public void note(String format, Object... arguments) {
        out.printf(format + "%n", arguments);
    }

    /**
     * Prints what should be, and whether it is.
     *
     * @param held whether it is
     * @param format what should be, as for {@link String#format}
     * @param arguments as for {@link String#format}
     */
    public void expect(boolean held, String format, Object... arguments) {
        asExpected &= held;
        out.printf((held ? "  ok      " : "  NOT SO  ") + format + "%n", arguments);
    }

    /** {@return whether everything expected was so} */
    public boolean asExpected() {
        return asExpected;
    }
}
