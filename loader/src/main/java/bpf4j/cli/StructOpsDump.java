package bpf4j.cli;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfType;
import bpf4j.btf.CPrinter;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.KernelObjects;
import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.MapInfo;
import bpf4j.kernel.MapTypes;
import bpf4j.map.BtfCodec;
import bpf4j.map.BtfValue;
import bpf4j.map.BtfValuePrinter;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a struct_ops map holds.
 *
 * @param info what the kernel says of the map
 * @param valueType the name of its value's type
 * @param value the value: members that all have, and the struct of functions
 * @param functions what a member of the struct calls, as text, by the member's name
 */
record StructOpsDump(MapInfo info, String valueType, BtfValue.Struct value, Map<String, String> functions) {

    private static final String DATA = "data";

    /** Reads a map. {@return what it holds} */
    static StructOpsDump of(KernelObjects objects, LoadedMap map) {
        MapTypes types = map.types().orElseThrow();
        byte[] bytes = map.lookup(new byte[Integer.BYTES]).orElseGet(() -> new byte[map.valueSize()]);
        BtfValue.Struct value = (BtfValue.Struct) BtfCodec.of(types.btf(), types.valueTypeId())
                .read(MemorySegment.ofArray(bytes), 0);
        return new StructOpsDump(map.info(), types.btf().nameOf(types.valueTypeId()), value,
                functions(objects, types, value));
    }

    private static Map<String, String> functions(KernelObjects objects, MapTypes types, BtfValue.Struct value) {
        Map<String, String> functions = new HashMap<>();
        Btf btf = types.btf();
        if (btf.stripped(types.valueTypeId()) instanceof BtfType.Struct outer) {
            for (BtfType.Member member : outer.members()) {
                if (member.name().equals(DATA) && btf.stripped(member.typeId()) instanceof BtfType.Struct struct
                        && value.get(DATA) instanceof BtfValue.Struct data) {
                    for (BtfType.Member each : struct.members()) {
                        prototype(btf, each.typeId()).ifPresent(prototype -> functions.put(each.name(),
                                prototype + " " + target(objects, data.get(each.name()))));
                    }
                }
            }
        }
        return functions;
    }

    /** {@return a function without its name, if the type is a pointer to one} */
    private static Optional<String> prototype(Btf btf, int typeId) {
        return btf.stripped(typeId) instanceof BtfType.Ptr pointer
                && btf.stripped(pointer.typeId()) instanceof BtfType.FuncProto
                ? Optional.of(CPrinter.typeName(btf, pointer.typeId()))
                : Optional.empty();
    }

    /** The kernel gives a program's id where the pointer is. */
    private static String target(KernelObjects objects, BtfValue pointer) {
        if (!(pointer instanceof BtfValue.Number number) || number.bits() == 0) {
            return "0";
        }
        int id = (int) number.bits();
        try (LoadedProgram program = objects.program(id)) {
            return "%s/prog_id:%d".formatted(program.name(), id);
        } catch (KernelException _) {
            return "prog_id:" + id;
        }
    }

    void print(Console console) {
        console.out().println(console.heading("%s id %d: struct %s".formatted(info.name(), info.id(), valueType)));
        Table table = new Table("MEMBER", "VALUE");
        for (BtfValue.Field field : value.fields()) {
            if (field.name().equals(DATA) && field.value() instanceof BtfValue.Struct data) {
                data.fields().forEach(each -> table.row(each.name(), functions.getOrDefault(each.name(),
                        BtfValuePrinter.print(each.value()))));
            } else {
                table.row(field.name(), BtfValuePrinter.print(field.value()));
            }
        }
        console.print(table);
    }

    /** Writes bpftool's two objects; of the first, the kernel's names for what this knows of a map. */
    void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeObjectFieldStart("bpf_map_info");
        JsonText.number(json, "type", info.type());
        json.writeNumberField("id", info.id());
        JsonText.number(json, "key_size", info.keySize());
        JsonText.number(json, "value_size", info.valueSize());
        JsonText.number(json, "max_entries", info.maxEntries());
        JsonText.number(json, "map_flags", info.flags());
        json.writeStringField("name", info.name());
        JsonText.number(json, "ifindex", info.ifindex());
        JsonText.number(json, "btf_vmlinux_value_type_id", info.btfVmlinuxValueTypeId());
        JsonText.number(json, "btf_id", info.btfId());
        JsonText.number(json, "btf_key_type_id", info.btfKeyTypeId());
        JsonText.number(json, "btf_value_type_id", info.btfValueTypeId());
        JsonText.number(json, "btf_vmlinux_id", info.btfVmlinuxId());
        JsonText.number(json, "map_extra", info.mapExtra());
        json.writeEndObject();
        json.writeEndObject();
        json.writeStartObject();
        json.writeObjectFieldStart(valueType);
        for (BtfValue.Field field : value.fields()) {
            json.writeFieldName(field.name());
            if (field.name().equals(DATA) && field.value() instanceof BtfValue.Struct data) {
                json.writeStartObject();
                for (BtfValue.Field each : data.fields()) {
                    json.writeFieldName(each.name());
                    if (functions.containsKey(each.name())) {
                        json.writeString(functions.get(each.name()));
                    } else {
                        json.writeRawValue(BtfValuePrinter.print(each.value()));
                    }
                }
                json.writeEndObject();
            } else {
                json.writeRawValue(BtfValuePrinter.print(field.value()));
            }
        }
        json.writeEndObject();
        json.writeEndObject();
    }
}
