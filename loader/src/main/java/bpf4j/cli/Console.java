package bpf4j.cli;

import java.io.PrintStream;

/**
 * Where a command prints, and for whom.
 *
 * @param out results
 * @param err what went wrong, and what is said on the way
 * @param columns how wide a table may be
 * @param colour whether what is printed may be coloured
 */
record Console(PrintStream out, PrintStream err, int columns, boolean colour) {

    /** Without a limit: output into files and pipes is for programs. */
    static final int UNLIMITED = Integer.MAX_VALUE;

    private static final int USUAL_COLUMNS = 80;
    private static final String PLAIN = "\033[0m";

    /** For files and pipes. */
    Console(PrintStream out, PrintStream err, int columns) {
        this(out, err, columns, false);
    }

    /** For the process's own streams: as wide as the terminal, and in colour, where the output goes to one. */
    static Console ofProcess(PrintStream out, PrintStream err) {
        return onTerminal()
                ? new Console(out, err, terminalColumns(System.getenv("COLUMNS")),
                        showsColour(System.getenv("TERM"), System.getenv("NO_COLOR")))
                : new Console(out, err, UNLIMITED);
    }

    /** {@return the width that a shell exports, or the usual one} */
    static int terminalColumns(String exported) {
        try {
            return exported == null ? USUAL_COLUMNS : Math.max(40, Integer.parseInt(exported));
        } catch (NumberFormatException _) {
            return USUAL_COLUMNS;
        }
    }

    /** {@return whether a terminal shows colours, and its user wants them: see no-color.org} */
    static boolean showsColour(String terminal, String noColour) {
        return terminal != null && !terminal.equals("dumb") && (noColour == null || noColour.isEmpty());
    }

    /** {@return a heading} */
    String heading(String text) {
        return styled("\033[1m", text);
    }

    /** {@return what accompanies something else} */
    String aside(String text) {
        return styled("\033[36m", text);
    }

    /** {@return what is there} */
    String good(String text) {
        return styled("\033[32m", text);
    }

    /** {@return what is not there} */
    String bad(String text) {
        return styled("\033[31m", text);
    }

    private String styled(String style, String text) {
        return colour && !text.isEmpty() ? style + text + PLAIN : text;
    }

    /** Prints a table, its header as a heading. */
    void print(Table table) {
        boolean header = true;
        for (String line : table.lines(columns)) {
            out.println(header ? heading(line) : line);
            header = false;
        }
    }

    private static boolean onTerminal() {
        var console = System.console();
        return console != null && console.isTerminal();
    }
}
