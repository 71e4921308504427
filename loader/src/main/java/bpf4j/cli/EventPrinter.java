package bpf4j.cli;

import bpf4j.event.RecordHandler;
import bpf4j.map.BtfCodec;
import bpf4j.map.BtfValuePrinter;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.Optional;

/** Prints the records of one map: in their type if it is known and they are as large, else as bytes. */
final class EventPrinter implements RecordHandler {

    private final String map;
    private final boolean perCpu;
    private final Optional<BtfCodec> codec;
    private final LiveLines lines;

    EventPrinter(String map, boolean perCpu, Optional<BtfCodec> codec, LiveLines lines) {
        this.map = map;
        this.perCpu = perCpu;
        this.codec = codec;
        this.lines = lines;
    }

    @Override
    public void onRecord(int source, MemorySegment memory, long offsetBytes, int sizeBytes) {
        // Records of a perf buffer are padded.
        Optional<String> typed = codec.filter(c -> perCpu ? c.sizeBytes() <= sizeBytes : c.sizeBytes() == sizeBytes)
                .map(c -> BtfValuePrinter.print(c.read(memory, offsetBytes)));
        byte[] bytes = memory.asSlice(offsetBytes, sizeBytes).toArray(ValueLayout.JAVA_BYTE);
        if (lines.json()) {
            lines.json(json -> {
                begin(json, source);
                json.writeFieldName("data");
                JsonText.bytes(json, bytes);
                if (typed.isPresent()) {
                    json.writeFieldName("formatted");
                    json.writeRawValue(typed.get());
                }
                json.writeEndObject();
            });
        } else {
            lines.text("%s%s: %s".formatted(map, perCpu ? " on CPU " + source : "",
                    typed.orElseGet(() -> HexFormat.ofDelimiter(" ").formatHex(bytes))));
        }
    }

    @Override
    public void onLost(int source, long records) {
        if (lines.json()) {
            lines.json(json -> {
                begin(json, source);
                json.writeNumberField("lost", records);
                json.writeEndObject();
            });
        } else {
            lines.text("%s on CPU %d: %d lost".formatted(map, source, records));
        }
    }

    private void begin(JsonGenerator json, int source) throws IOException {
        json.writeStartObject();
        json.writeStringField("map", map);
        if (perCpu) {
            json.writeNumberField("cpu", source);
        }
    }
}
