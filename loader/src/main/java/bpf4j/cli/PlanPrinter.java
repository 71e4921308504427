package bpf4j.cli;

import bpf4j.check.TargetKernel;
import bpf4j.kernel.LoadPlan;
import bpf4j.kernel.PlannedCall;
import bpf4j.object.BpfObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Prints what loading would call: {@code load --dry-run}. */
final class PlanPrinter {

    private final Console console;
    private final Complaints complaints;
    private final boolean json;
    private final boolean withCode;

    /**
     * @param json whether a line of JSON is printed for each object
     * @param withCode whether the text has the instructions too
     */
    PlanPrinter(Console console, Complaints complaints, boolean json, boolean withCode) {
        this.console = console;
        this.complaints = complaints;
        this.json = json;
        this.withCode = withCode;
    }

    /** {@return the exit status} */
    int print(List<Path> files, LoadingOptions loading) {
        TargetKernel kernel = loading.kernel();
        boolean good = true;
        for (Path file : files) {
            Optional<BpfObject> object = Optional.empty();
            try {
                object = Optional.of(BpfObject.read(InputFile.check(file)));
                print(file, LoadPlan.of(object.get(), loading.withoutTypes(), kernel.facts(), kernel.version(),
                        loading.pinFolder()), files.size() > 1);
            } catch (IOException | RuntimeException e) {
                console.out().flush();
                complaints.print(file, Failure.of(e, object));
                good = false;
            }
            if (console.out().checkError()) {
                return ExitStatus.FAILED;
            }
        }
        return good ? ExitStatus.DONE : ExitStatus.FAILED;
    }

    private void print(Path file, LoadPlan plan, boolean named) {
        if (json) {
            json(file, plan);
            return;
        }
        if (named) {
            console.out().println(console.heading(file.getFileName().toString()));
        }
        for (PlannedCall call : plan.calls()) {
            console.out().println(call);
            if (withCode) {
                call.code().forEach(line -> console.out().println("    " + line));
            }
        }
    }

    private void json(Path file, LoadPlan plan) {
        JsonText.print(console.out(), false, json -> {
            json.writeStartObject();
            json.writeStringField("object", file.getFileName().toString());
            json.writeArrayFieldStart("calls");
            for (PlannedCall call : plan.calls()) {
                json.writeStartObject();
                json.writeStringField("command", call.command());
                json.writeObjectFieldStart("attr");
                for (Map.Entry<String, String> field : call.attributes().entrySet()) {
                    json.writeStringField(field.getKey(), field.getValue());
                }
                json.writeEndObject();
                if (call.result().isPresent()) {
                    json.writeStringField("result", call.result().get());
                }
                if (!call.code().isEmpty()) {
                    json.writeArrayFieldStart("code");
                    for (String line : call.code()) {
                        json.writeString(line);
                    }
                    json.writeEndArray();
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }
}
