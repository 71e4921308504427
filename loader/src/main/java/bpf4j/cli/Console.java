package bpf4j.cli;

import bpf4j.sys.Terminal;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntSupplier;

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
    private static final int LEAST_COLUMNS = 40;
    private static final int STANDARD_OUTPUT = 1;
    private static final Path OUTPUT_FILE = Path.of("/proc/self/fd/" + STANDARD_OUTPUT);
    private static final String PLAIN = "\033[0m";

    /** For files and pipes. */
    Console(PrintStream out, PrintStream err, int columns) {
        this(out, err, columns, false);
    }

    /** For the process's own streams: as wide as the terminal, and in colour, where the output goes to one. */
    static Console ofProcess(PrintStream out, PrintStream err) {
        return onTerminal()
                ? new Console(out, err, terminalColumns(System.getenv("COLUMNS"), Console::askedColumns),
                        showsColour(System.getenv("TERM"), System.getenv("NO_COLOR")))
                : new Console(out, err, UNLIMITED);
    }

    /** {@return the width that a shell exports, which few do, or that the terminal tells, or the usual one} */
    static int terminalColumns(String exported, IntSupplier asked) {
        try {
            if (exported != null) {
                return Math.max(LEAST_COLUMNS, Integer.parseInt(exported));
            }
        } catch (NumberFormatException _) {
            // Nonsense is as good as nothing.
        }
        int columns = asked.getAsInt();
        return columns <= 0 ? USUAL_COLUMNS : Math.max(LEAST_COLUMNS, columns);
    }

    private static int askedColumns() {
        return Terminal.columns(STANDARD_OUTPUT);
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

    /** Java's console is one only if input comes from a terminal as well. */
    private static boolean onTerminal() {
        try {
            if (isTerminal(Files.readSymbolicLink(OUTPUT_FILE).toString())) {
                return true;
            }
        } catch (IOException | UnsupportedOperationException _) {
            // Without /proc Java has to tell.
        }
        var console = System.console();
        return console != null && console.isTerminal();
    }

    /** {@return whether a file is a terminal, by its name} */
    static boolean isTerminal(String file) {
        return file.matches("/dev/(pts/\\d+|tty\\w*|console|hvc\\d+)");
    }
}
