package bpf4j.cli;

import bpf4j.kernel.Adaptation;
import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.MapInfo;
import bpf4j.kernel.ProgramInfo;
import bpf4j.kernel.VerifierException;
import bpf4j.object.MapType;
import bpf4j.object.ProgramType;
import bpf4j.reloc.SourceLine;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes one line of JSON for each object, in UTF-8. Numbers of the kernel's are unsigned. */
final class JsonReport implements LoadReport {

    private final OutputStream out;

    JsonReport(OutputStream out) {
        this.out = out;
    }

    @Override
    public void loaded(Path file, LoadedObject object, List<Path> pins) {
        // The kernel is asked before the line is begun: a question that fails must not leave half a line.
        List<ProgramInfo> programs = object.programs().stream().map(LoadedProgram::info).toList();
        List<MapInfo> maps = object.maps().stream().map(LoadedMap::info).toList();
        line(json -> {
            begin(json, file, true);
            json.writeArrayFieldStart("programs");
            List<LoadedProgram> ofPrograms = new ArrayList<>(object.programs());
            for (int i = 0; i < programs.size(); i++) {
                program(json, ofPrograms.get(i), programs.get(i));
            }
            json.writeEndArray();
            json.writeArrayFieldStart("maps");
            List<LoadedMap> ofMaps = new ArrayList<>(object.maps());
            for (int i = 0; i < maps.size(); i++) {
                map(json, ofMaps.get(i), maps.get(i));
            }
            json.writeEndArray();
            json.writeArrayFieldStart("adaptations");
            for (Adaptation adaptation : object.adaptations()) {
                json.writeStartObject();
                json.writeStringField("subject", adaptation.subject());
                json.writeStringField("change", adaptation.change());
                json.writeStringField("reason", adaptation.reason());
                json.writeEndObject();
            }
            json.writeEndArray();
            if (!pins.isEmpty()) {
                json.writeArrayFieldStart("pins");
                for (Path pin : pins) {
                    json.writeString(pin.toString());
                }
                json.writeEndArray();
            }
        });
    }

    @Override
    public void failed(Path file, Failure failure) {
        line(json -> {
            begin(json, file, false);
            json.writeObjectFieldStart("error");
            json.writeStringField("step", failure.step());
            json.writeStringField("program", failure.program().orElse(null));
            json.writeNumberField("errno", failure.errno());
            json.writeStringField("errnoName", failure.errnoName().isEmpty() ? null : failure.errnoName());
            json.writeStringField("message", failure.message());
            if (failure.source().isPresent()) {
                source(json, failure.source().get());
            }
            if (failure.cause() instanceof VerifierException refusal) {
                json.writeStringField("reason", refusal.reason());
                json.writeStringField("explanation", refusal.explanation());
                json.writeStringField("advice", refusal.advice());
                if (refusal.insnIndex().isPresent()) {
                    json.writeNumberField("insnIndex", refusal.insnIndex().getAsInt());
                }
                json.writeArrayFieldStart("log");
                for (String line : LogExcerpt.lastLines(refusal.log())) {
                    json.writeString(line);
                }
                json.writeEndArray();
            }
            json.writeEndObject();
        });
    }

    private static void begin(JsonGenerator json, Path file, boolean ok) throws IOException {
        json.writeStringField("object", file.getFileName().toString());
        json.writeBooleanField("ok", ok);
    }

    private static void program(JsonGenerator json, LoadedProgram program, ProgramInfo info) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", program.name());
        json.writeStringField("section", program.spec().orElseThrow().section());
        JsonText.number(json, "typeId", info.type());
        json.writeStringField("type", ProgramType.nameOf(info.type()));
        json.writeStringField("tag", info.tag());
        json.writeStringField("kernelName", info.name());
        JsonText.number(json, "mapCount", info.mapCount());
        JsonText.number(json, "funcInfoCount", info.funcInfoCount());
        JsonText.number(json, "lineInfoCount", info.lineInfoCount());
        JsonText.number(json, "attachBtfId", info.attachBtfId());
        json.writeEndObject();
    }

    private static void map(JsonGenerator json, LoadedMap map, MapInfo info) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", map.name());
        JsonText.number(json, "typeId", info.type());
        json.writeStringField("type", MapType.nameOf(info.type()));
        JsonText.number(json, "keySize", info.keySize());
        JsonText.number(json, "valueSize", info.valueSize());
        JsonText.number(json, "maxEntries", info.maxEntries());
        JsonText.number(json, "flags", info.flags());
        json.writeStringField("kernelName", info.name());
        JsonText.number(json, "btfKeyTypeId", info.btfKeyTypeId());
        JsonText.number(json, "btfValueTypeId", info.btfValueTypeId());
        JsonText.number(json, "btfVmlinuxValueTypeId", info.btfVmlinuxValueTypeId());
        JsonText.number(json, "mapExtra", info.mapExtra());
        json.writeEndObject();
    }

    static void source(JsonGenerator json, SourceLine source) throws IOException {
        json.writeObjectFieldStart("source");
        json.writeStringField("file", source.file());
        json.writeNumberField("line", source.line());
        json.writeNumberField("column", source.column());
        json.writeStringField("text", source.text());
        json.writeEndObject();
    }

    private void line(JsonText.Body body) {
        JsonText.print(out, false, json -> {
            json.writeStartObject();
            body.write(json);
            json.writeEndObject();
        });
    }
}
