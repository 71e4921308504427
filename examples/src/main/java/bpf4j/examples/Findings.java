package bpf4j.examples;

import bpf4j.kernel.LoadedObject;
import java.io.PrintStream;
import java.util.stream.Collectors;

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
     * Prints the numbers among an object's global variables as they are now.
     *
     * @param object the loaded object
     */
    public void noteVariables(LoadedObject object) {
        note("variables of %s: %s", object.object().name(), object.variables().stream()
                .filter(variable -> variable.declaration().isNumber())
                .map(variable -> variable.name() + "=" + variable.getLong()).collect(Collectors.joining(", ")));
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
