package bpf4j.cli;

import java.io.PrintStream;

/**
 * Where a command prints, and for whom.
 *
 * @param out results
 * @param err what went wrong, and what is said on the way
 * @param columns how wide a table may be
 */
record Console(PrintStream out, PrintStream err, int columns) {

    /** Without a limit: output into files and pipes is for programs. */
    static final int UNLIMITED = Integer.MAX_VALUE;

    private static final int USUAL_COLUMNS = 80;

    /** For the process's own streams: as wide as the terminal, where the output goes to one. */
    static Console ofProcess(PrintStream out, PrintStream err) {
        return new Console(out, err, onTerminal() ? terminalColumns(System.getenv("COLUMNS")) : UNLIMITED);
    }

    /** {@return the width that a shell exports, or the usual one} */
    static int terminalColumns(String exported) {
        try {
            return exported == null ? USUAL_COLUMNS : Math.max(40, Integer.parseInt(exported));
        } catch (NumberFormatException _) {
            return USUAL_COLUMNS;
        }
    }

    private static boolean onTerminal() {
        var console = System.console();
        return console != null && console.isTerminal();
    }
}
