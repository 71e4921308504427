package bpf4j.examples.sockmap;

import bpf4j.examples.Findings;
import java.util.List;

/** The same echoes by TCP and from socket to socket, side by side. */
final class Comparison {

    private static final String HEAD = "%-18s %-11s %9s %7s %18s %17s %11s";
    private static final String ROW = "%-18s %-11s %9d %7s %18d %17d %8.1f us";

    private Comparison() {
    }

    static void report(List<Echo> plain, List<Echo> redirected, Findings findings) {
        findings.note(HEAD, "address", "way", "bytes", "intact", "data segments out", "data segments in", "an echo");
        plain.forEach(echo -> row(echo, "TCP", findings));
        redirected.forEach(echo -> row(echo, "sockmap", findings));
        findings.expect(plain.stream().allMatch(Comparison::arrived)
                && redirected.stream().allMatch(Comparison::arrived), "every byte came back as it was sent");
        findings.expect(
                plain.stream().allMatch(e -> e.dataSegmentsOut() >= e.messages() && e.dataSegmentsIn() >= e.messages()),
                "without redirection each message is a packet, each answer another");
        findings.expect(redirected.stream().allMatch(e -> e.dataSegmentsOut() == 0 && e.dataSegmentsIn() == 0),
                "with redirection there are none");
    }

    private static boolean arrived(Echo echo) {
        return echo.intact() && echo.bytes() == (long) echo.messages() * Echo.MESSAGE_BYTES;
    }

    private static void row(Echo echo, String way, Findings findings) {
        findings.note(ROW, echo.address().getHostAddress(), way, echo.bytes(), echo.intact() ? "yes" : "no",
                echo.dataSegmentsOut(), echo.dataSegmentsIn(), echo.took().toNanos() / 1e3 / echo.messages());
    }
}
