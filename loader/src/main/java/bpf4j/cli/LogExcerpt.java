package bpf4j.cli;

import java.util.List;

/** The part of a verifier log that is worth a screen. */
final class LogExcerpt {

    private static final int LINES = 20;

    private LogExcerpt() {
    }

    /** {@return the last lines: the verifier writes what it objects to at the end} */
    static List<String> lastLines(String log) {
        List<String> lines = log.lines().toList();
        return lines.subList(Math.max(0, lines.size() - LINES), lines.size());
    }
}
