package bpf4j.examples.demo.sockmap;

import bpf4j.examples.Findings;
import bpf4j.examples.demo.DemoOptions;
import bpf4j.examples.demo.TextTable;
import bpf4j.kernel.LoadedObject;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;

/** The numbers for people and for programs. */
final class SockmapReport {

    private static final double BYTES_PER_MEGABYTE = 1e6;

    private SockmapReport() {
    }

    static void print(Results results, PrintStream out) {
        TextTable table = new TextTable("request", "NODELAY", "way", "P50 us (min..max)", "P90", "P99", "requests/s",
                "MB/s", "data segments", "times shorter");
        for (Case content : results.cases()) {
            for (Way way : Way.values()) {
                double perSecond = results.perSecond(content, way).median();
                long segments = results.rounds(content, way).stream().mapToLong(RoundTrips::dataSegmentsOut).sum();
                boolean first = way == Way.TCP;
                table.row(first ? Case.sizeText(content.sizeBytes()) : "",
                        first ? content.noDelay() ? "yes" : "no" : "", way,
                        results.p50Micros(content, way).text(1),
                        number("%.1f", results.p90Micros(content, way).median()),
                        number("%.1f", results.p99Micros(content, way).median()), number("%.0f", perSecond),
                        number("%.1f", perSecond * content.sizeBytes() / BYTES_PER_MEGABYTE), segments,
                        first ? "" : results.timesShorter(content).text(2));
            }
        }
        table.print(out);
    }

    private static String number(String format, double number) {
        return String.format(Locale.ROOT, format, number);
    }

    /** Bytes, TCP's counters and the programs' own: each round trip is a message and an answer. */
    static void check(Results results, LoadedObject sockmap, Findings findings) {
        findings.expect(results.all(Way.TCP).allMatch(RoundTrips::intact)
                && results.all(Way.REDIRECTED).allMatch(RoundTrips::intact),
                "every answer is its request, byte for byte");
        findings.expect(results.all(Way.TCP).allMatch(trips -> trips.dataSegmentsOut() >= trips.count()
                && trips.dataSegmentsIn() >= trips.count()),
                "by TCP each request is a segment at least, each answer another");
        findings.expect(results.all(Way.REDIRECTED).allMatch(trips -> trips.dataSegmentsOut() == 0
                && trips.dataSegmentsIn() == 0), "by the sockmap TCP's segment counters stand still");
        long redirected = sockmap.variable("redirected_messages").getLong();
        findings.expect(redirected >= 2 * results.all(Way.REDIRECTED).mapToLong(RoundTrips::count).sum(),
                "the BPF program redirected all of these messages, %d with those of the warm-up", redirected);
    }

    static void write(Results results, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("cases");
        for (Case content : results.cases()) {
            json.writeStartObject();
            json.writeNumberField("size_bytes", content.sizeBytes());
            json.writeBooleanField("tcp_nodelay", content.noDelay());
            DemoOptions.write(json, "times_shorter", results.timesShorter(content));
            for (Way way : Way.values()) {
                json.writeObjectFieldStart(way == Way.TCP ? "tcp" : "sockmap");
                DemoOptions.write(json, "p50_us", results.p50Micros(content, way));
                DemoOptions.write(json, "p90_us", results.p90Micros(content, way));
                DemoOptions.write(json, "p99_us", results.p99Micros(content, way));
                DemoOptions.write(json, "requests_per_s", results.perSecond(content, way));
                json.writeArrayFieldStart("rounds");
                for (RoundTrips trips : results.rounds(content, way)) {
                    write(trips, json);
                }
                json.writeEndArray();
                json.writeEndObject();
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void write(RoundTrips trips, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeNumberField("count", trips.count());
        json.writeNumberField("p50_ns", trips.p50Nanos());
        json.writeNumberField("p90_ns", trips.p90Nanos());
        json.writeNumberField("p99_ns", trips.p99Nanos());
        json.writeNumberField("mean_ns", trips.meanNanos());
        json.writeBooleanField("intact", trips.intact());
        json.writeNumberField("data_segments_out", trips.dataSegmentsOut());
        json.writeNumberField("data_segments_in", trips.dataSegmentsIn());
        json.writeEndObject();
    }
}
