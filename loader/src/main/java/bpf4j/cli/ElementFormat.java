package bpf4j.cli;

import bpf4j.btf.BtfFormatException;
import bpf4j.kernel.CpuList;
import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.MapTypes;
import bpf4j.map.BtfCodec;
import bpf4j.map.BtfValuePrinter;
import bpf4j.object.MapType;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** Prints elements of one map: in the types that the map has, and else as bytes in hexadecimal, as bpftool does. */
final class ElementFormat {

    private final boolean perCpu;
    private final int valueSize;
    private final Optional<BtfCodec> keyCodec;
    private final Optional<BtfCodec> valueCodec;

    ElementFormat(LoadedMap map) {
        perCpu = MapType.of(map.spec().type()).map(MapType::isPerCpu).orElse(false);
        valueSize = map.valueSize();
        Optional<MapTypes> types = map.types();
        keyCodec = types.flatMap(t -> codec(t, MapTypes::keyTypeId, map.keySize()));
        valueCodec = types.flatMap(t -> codec(t, MapTypes::valueTypeId, map.valueSize()));
    }

    /** Types that do not fit to the map are no reason to show nothing. */
    private static Optional<BtfCodec> codec(MapTypes types, ToIntFunction<MapTypes> id, int sizeBytes) {
        try {
            int typeId = id.applyAsInt(types);
            return typeId == 0 ? Optional.empty()
                    : Optional.of(BtfCodec.of(types.btf(), typeId)).filter(codec -> codec.sizeBytes() == sizeBytes);
        } catch (IllegalArgumentException | BtfFormatException _) {
            return Optional.empty();
        }
    }

    boolean isPerCpu() {
        return perCpu;
    }

    Optional<BtfCodec> keyCodec() {
        return keyCodec;
    }

    Optional<BtfCodec> valueCodec() {
        return valueCodec;
    }

    /** {@return a key as text} */
    String key(byte[] key) {
        return text(keyCodec, key);
    }

    /** {@return a value as text, one line for each CPU of a per-CPU map} */
    List<String> values(byte[] value) {
        if (!perCpu) {
            return List.of(text(valueCodec, value));
        }
        List<Integer> cpus = CpuList.possible().numbers();
        String[] lines = new String[cpus.size()];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = "CPU %02d: %s".formatted(cpus.get(i), text(valueCodec, ofCpu(value, i)));
        }
        return List.of(lines);
    }

    private static String text(Optional<BtfCodec> codec, byte[] bytes) {
        return codec.map(c -> typed(c, bytes)).orElseGet(() -> HexFormat.ofDelimiter(" ").formatHex(bytes));
    }

    private static String typed(BtfCodec codec, byte[] bytes) {
        return BtfValuePrinter.print(codec.read(MemorySegment.ofArray(bytes), 0));
    }

    /** The values of the CPUs stand in one array, padded to 8 bytes each. */
    private byte[] ofCpu(byte[] value, int index) {
        int stride = Math.ceilDiv(valueSize, Long.BYTES) * Long.BYTES;
        return Arrays.copyOfRange(value, index * stride, index * stride + valueSize);
    }

    /** Writes an element as bpftool does: bytes, and where types are known the same in these. */
    void write(JsonGenerator json, byte[] key, byte[] value) throws IOException {
        json.writeStartObject();
        json.writeFieldName("key");
        JsonText.bytes(json, key);
        writeValue(json, value, JsonText::bytes);
        if (valueCodec.isPresent()) {
            json.writeObjectFieldStart("formatted");
            if (keyCodec.isPresent()) {
                json.writeFieldName("key");
                json.writeRawValue(typed(keyCodec.get(), key));
            }
            writeValue(json, value, (generator, bytes) -> generator.writeRawValue(typed(valueCodec.get(), bytes)));
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private interface ValueWriter {
        void write(JsonGenerator json, byte[] value) throws IOException;
    }

    private void writeValue(JsonGenerator json, byte[] value, ValueWriter writer) throws IOException {
        if (!perCpu) {
            json.writeFieldName("value");
            writer.write(json, value);
            return;
        }
        json.writeArrayFieldStart("values");
        List<Integer> cpus = CpuList.possible().numbers();
        for (int i = 0; i < cpus.size(); i++) {
            json.writeStartObject();
            json.writeNumberField("cpu", cpus.get(i));
            json.writeFieldName("value");
            writer.write(json, ofCpu(value, i));
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
