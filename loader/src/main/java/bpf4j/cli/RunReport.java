package bpf4j.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Tells how far {@code run} is. */
final class RunReport {

    private final Console console;
    private final LiveLines lines;

    RunReport(Console console, LiveLines lines) {
        this.console = console;
        this.lines = lines;
    }

    /** All that has a target is attached, which may be nothing. */
    void attached(List<String> links, List<String> leftOut, Optional<Duration> time) {
        if (lines.json()) {
            lines.json(json -> {
                json.writeStartObject();
                texts(json, "attached", links);
                texts(json, "notAttached", leftOut);
                json.writeEndObject();
            });
            return;
        }
        if (!links.isEmpty()) {
            Table table = new Table("ATTACHED");
            links.forEach(table::row);
            console.print(table);
        }
        leftOut.forEach(line -> lines.text("  not attached: " + line));
        lines.text(links.isEmpty() ? "Nothing to attach: done."
                : time.map(t -> "Attached for " + DurationConverter.text(t) + ".").orElse("Attached until Ctrl-C."));
    }

    /** All is detached again; what was written before may still be printed. */
    void detached() {
        if (lines.json()) {
            lines.json(json -> {
                json.writeStartObject();
                json.writeBooleanField("detached", true);
                json.writeEndObject();
            });
        } else {
            lines.text("Detached.");
        }
    }

    private static void texts(JsonGenerator json, String name, List<String> texts) throws IOException {
        json.writeArrayFieldStart(name);
        for (String text : texts) {
            json.writeString(text);
        }
        json.writeEndArray();
    }
}
