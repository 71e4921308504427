package bpf4j.examples.demo.dctcp;

import bpf4j.examples.Findings;
import bpf4j.examples.demo.DemoOptions;
import bpf4j.examples.demo.Spread;
import bpf4j.examples.demo.TextTable;
import bpf4j.kernel.LoadedObject;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;

/** The numbers for people and for programs. */
final class DctcpReport {

    private final Results results;
    private final String bpf;

    /** Tells of results; {@code bpf} is the congestion control whose alpha was watched. */
    DctcpReport(Results results, String bpf) {
        this.results = results;
        this.bpf = bpf;
    }

    void print(PrintStream out) {
        TextTable table = new TextTable("connection", "goodput Mbit/s", "queue P50 ms", "P99", "probe P50 ms", "P99",
                "marked", "dropped", "sent again", "alpha");
        for (Contender contender : results.contenders()) {
            table.row(contender, results.spread(contender, Flow::goodputMegabits).text(1),
                    queueMillis(contender, 50).text(2), number("%.2f", queueMillis(contender, 99).median()),
                    probeMillis(contender, 50).text(2), number("%.2f", probeMillis(contender, 99).median()),
                    number("%.1f%%", results.median(contender, Flow::markedPercent)),
                    results.sum(contender, flow -> flow.counts().dropped()),
                    results.sum(contender, Flow::retransmissions),
                    hasAlpha(contender) ? results.spread(contender, flow -> flow.measuredAlpha().mean()).text(2) : "");
        }
        table.row("none", "", "", "", number("%.2f", results.idleProbe().percentile(50)),
                number("%.2f", results.idleProbe().percentile(99)), "", "", "", "");
        table.print(out);
        out.println("Queue: what the BPF programs say is queued, as time. Probe: datagrams that wait in the same queue,"
                + " there and back, with all pauses of this machine.");
    }

    private Spread queueMillis(Contender contender, double percent) {
        return results.spread(contender,
                flow -> results.bottleneck().milliseconds(flow.measuredQueue().percentile(percent)));
    }

    private Spread probeMillis(Contender contender, double percent) {
        return results.spread(contender, flow -> flow.measuredProbe().percentile(percent));
    }

    private boolean hasAlpha(Contender contender) {
        return contender.congestionControl().equals(bpf);
    }

    private static String number(String format, double number) {
        return String.format(Locale.ROOT, format, number);
    }

    void check(LoadedObject dctcp, Findings findings) {
        findings.expect(results.all().allMatch(flow -> flow.sentBytes() == flow.receivedBytes()),
                "every byte sent was received");
        for (Contender contender : results.contenders()) {
            findings.expect(results.flows(contender).stream().allMatch(
                    flow -> flow.congestionControl().equals(contender.congestionControl())),
                    "the kernel says of all connections of %s that they use it", contender);
            long marked = results.sum(contender, flow -> flow.counts().marked());
            findings.expect(contender.ecn() == marked > 0, "%d of its packets were marked", marked);
        }
        int flows = results.contenders().stream().filter(this::hasAlpha)
                .mapToInt(contender -> results.flows(contender).size()).sum();
        findings.expect(dctcp.variable("connections").getLong() >= 2L * flows,
                "the BPF programs saw both ends of %d connections", flows);
        findings.expect(dctcp.variable("window_reductions").getLong() > 0 && dctcp.variable("ce_marks").getLong() > 0,
                "they saw marks and made the window smaller");
        long missed = dctcp.variable("missed_reductions").getLong();
        if (missed > 0) {
            findings.note("          (%d times the kernel did not run dctcp_ssthresh, and they made up for it)",
                    missed);
        }
        results.contenders().stream().filter(this::hasAlpha).forEach(contender -> {
            double alpha = results.median(contender, flow -> flow.measuredAlpha().mean());
            findings.expect(alpha > 0 && alpha < 1, "alpha found its place between 0 and 1: %.2f", alpha);
        });
    }

    void write(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("bottleneck");
        json.writeNumberField("megabits_per_s", results.bottleneck().megabits());
        json.writeNumberField("mark_above_bytes", results.bottleneck().markAboveBytes());
        json.writeNumberField("buffer_bytes", results.bottleneck().bufferBytes());
        json.writeNumberField("delay_ms", results.bottleneck().delayMillis());
        json.writeStringField("marks", results.red() ? "red" : "bpf");
        json.writeEndObject();
        json.writeNumberField("idle_probe_p50_ms", results.idleProbe().percentile(50));
        json.writeNumberField("idle_probe_p99_ms", results.idleProbe().percentile(99));
        json.writeArrayFieldStart("connections");
        for (Contender contender : results.contenders()) {
            json.writeStartObject();
            json.writeStringField("congestion_control", contender.congestionControl());
            json.writeBooleanField("ecn", contender.ecn());
            DemoOptions.write(json, "goodput_mbit_s", results.spread(contender, Flow::goodputMegabits));
            DemoOptions.write(json, "queue_p50_ms", queueMillis(contender, 50));
            DemoOptions.write(json, "queue_p99_ms", queueMillis(contender, 99));
            DemoOptions.write(json, "probe_p50_ms", probeMillis(contender, 50));
            DemoOptions.write(json, "probe_p99_ms", probeMillis(contender, 99));
            DemoOptions.write(json, "window_mean_packets",
                    results.spread(contender, flow -> flow.measuredWindow().mean()));
            DemoOptions.write(json, "marked_percent", results.spread(contender, Flow::markedPercent));
            json.writeArrayFieldStart("rounds");
            for (Flow flow : results.flows(contender)) {
                write(flow, hasAlpha(contender), json);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void write(Flow flow, boolean hasAlpha, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeNumberField("goodput_mbit_s", flow.goodputMegabits());
        json.writeNumberField("sent_bytes", flow.sentBytes());
        json.writeNumberField("received_bytes", flow.receivedBytes());
        json.writeNumberField("probe_p50_ms", flow.measuredProbe().percentile(50));
        json.writeNumberField("probe_p99_ms", flow.measuredProbe().percentile(99));
        json.writeNumberField("lost_probes", flow.lostProbes());
        json.writeNumberField("queue_mean_bytes", flow.measuredQueue().mean());
        json.writeNumberField("queue_p99_bytes", flow.measuredQueue().percentile(99));
        json.writeNumberField("window_mean_packets", flow.measuredWindow().mean());
        json.writeNumberField("packets", flow.counts().packets());
        json.writeNumberField("marked_packets", flow.counts().marked());
        json.writeNumberField("dropped_packets", flow.counts().dropped());
        json.writeNumberField("retransmissions", flow.retransmissions());
        if (hasAlpha) {
            json.writeNumberField("alpha_mean", flow.measuredAlpha().mean());
        }
        json.writeEndObject();
    }
}
