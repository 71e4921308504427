package bpf4j.cli;

import bpf4j.btf.core.CoreFixup;
import bpf4j.btf.structops.MemberOutcome;
import bpf4j.btf.structops.StructOpsException;
import bpf4j.btf.structops.StructOpsPlan;
import bpf4j.check.CheckReport;
import bpf4j.check.Finding;
import bpf4j.object.MapSpec;
import bpf4j.reloc.CoreResult;
import bpf4j.reloc.ExternResult;
import bpf4j.reloc.RelocationException;
import bpf4j.reloc.SourceLine;
import bpf4j.reloc.StructOpsResult;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Optional;

/** Prints reports of checks as JSON, a line for each pair. */
final class CheckJson {

    private CheckJson() {
    }

    static void print(OutputStream out, CheckReport report) {
        JsonText.print(out, false, json -> {
            json.writeStartObject();
            json.writeStringField("object", report.object());
            json.writeStringField("kernel", report.kernel());
            json.writeStringField("verdict", CheckText.word(report.verdict()));
            json.writeArrayFieldStart("findings");
            for (Finding finding : report.findings()) {
                finding(json, finding);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("relocations");
            for (CoreResult result : report.relocations()) {
                relocation(json, result, report);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("externs");
            for (ExternResult result : report.externs()) {
                extern(json, result);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("structOps");
            for (StructOpsResult result : report.structOps()) {
                structOps(json, result);
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static void finding(JsonGenerator json, Finding finding) throws IOException {
        json.writeStartObject();
        json.writeStringField("severity", word(finding.severity()));
        json.writeStringField("rule", word(finding.rule()));
        json.writeStringField("subject", finding.subject());
        json.writeStringField("problem", finding.problem());
        source(json, finding.source());
        json.writeEndObject();
    }

    private static void source(JsonGenerator json, Optional<SourceLine> source) throws IOException {
        if (source.isPresent()) {
            JsonReport.source(json, source.get());
        }
    }

    private static void relocation(JsonGenerator json, CoreResult result, CheckReport report) throws IOException {
        json.writeStartObject();
        json.writeStringField("function", result.function().name());
        json.writeNumberField("insnIndex", result.insnIndex());
        json.writeStringField("kind", result.relocation().kind().name());
        switch (result) {
            case CoreResult.Answered(_, _, CoreFixup fixup, boolean poisoned, _) -> {
                json.writeStringField("path", fixup.path());
                switch (fixup) {
                    case CoreFixup.Patch patch -> {
                        json.writeNumberField("local", patch.localValue());
                        json.writeNumberField("kernel", patch.targetValue());
                    }
                    case CoreFixup.Poison poison -> json.writeStringField("problem", poison.reason());
                }
                if (poisoned) {
                    json.writeStringField("guard",
                            word(report.guards().getOrDefault(result, CheckReport.Guard.UNDECIDED)));
                }
            }
            case CoreResult.Unanswered(_, _, _, RelocationException problem) ->
                json.writeStringField("problem", problem.problem());
        }
        source(json, result.source());
        json.writeEndObject();
    }

    private static void extern(JsonGenerator json, ExternResult result) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", result.extern().name());
        json.writeStringField("kind", CheckText.kind(result.extern()));
        json.writeBooleanField("weak", result.extern().weak());
        json.writeStringField("result", CheckText.text(result));
        json.writeEndObject();
    }

    private static void structOps(JsonGenerator json, StructOpsResult result) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", result.map().name());
        switch (result) {
            case StructOpsResult.Unmatched(_, StructOpsException problem) ->
                json.writeStringField("problem", problem.getMessage());
            case StructOpsResult.Matched(MapSpec _, StructOpsPlan plan) -> {
                json.writeStringField("struct", plan.kernel().opsType().name());
                json.writeArrayFieldStart("members");
                for (MemberOutcome outcome : plan.outcomes()) {
                    member(json, outcome);
                }
                json.writeEndArray();
            }
        }
        json.writeEndObject();
    }

    private static void member(JsonGenerator json, MemberOutcome outcome) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", outcome.member());
        switch (outcome) {
            case MemberOutcome.Copy copy -> {
                json.writeStringField("outcome", "copied");
                json.writeNumberField("localOffset", copy.localOffsetBytes());
                json.writeNumberField("kernelOffset", copy.valueOffsetBytes());
                json.writeNumberField("size", copy.sizeBytes());
            }
            case MemberOutcome.ProgramSlot slot -> {
                json.writeStringField("outcome", "program");
                json.writeStringField("program", slot.program());
                json.writeNumberField("kernelOffset", slot.valueOffsetBytes());
            }
            case MemberOutcome.NullPointer pointer -> {
                json.writeStringField("outcome", "null");
                json.writeNumberField("kernelOffset", pointer.valueOffsetBytes());
            }
            case MemberOutcome.Skipped skipped -> {
                json.writeStringField("outcome", "skipped");
                json.writeStringField("reason", skipped.reason());
            }
            case MemberOutcome.Refused refused -> {
                json.writeStringField("outcome", "refused");
                json.writeStringField("local", refused.localType());
                json.writeStringField("kernel", refused.kernelType());
                json.writeStringField("reason", refused.reason());
            }
        }
        json.writeEndObject();
    }
}
