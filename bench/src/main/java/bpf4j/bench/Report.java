package bpf4j.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Prints what was measured as Markdown, so that a run's output can stand in {@code docs/performance.md}. */
final class Report {

    private final PrintStream out = System.out;

    /** Says what was measured on, and what with. */
    void machine(Peer peer) throws IOException {
        String cpu = Files.readAllLines(Path.of("/proc/cpuinfo")).stream().filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip()).findFirst().orElse("an unnamed CPU");
        out.printf("%s, %d CPUs; Linux %s; %s %s; %s%n%n", cpu, Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.version"), System.getProperty("java.vm.name"),
                System.getProperty("java.vm.version"), peer.version());
    }

    /** Begins a table. */
    void header(String... columns) {
        row(List.of(columns));
        row(List.of(columns).stream().map(_ -> "---").toList());
    }

    /** Prints a row; shown at once, because a run takes minutes. */
    void row(List<String> cells) {
        out.println(cells.stream().collect(Collectors.joining(" | ", "| ", " |")));
        out.flush();
    }

    /** Prints a line of text below a table. */
    void note(String format, Object... arguments) {
        out.printf(Locale.ROOT, "%n" + format + "%n", arguments);
    }

    /** Microseconds out of nanoseconds, with three digits or so. */
    static String micros(double nanos) {
        double micros = nanos / 1000;
        return String.format(Locale.ROOT, micros < 100 ? "%.1f" : "%,.0f", micros);
    }
}
