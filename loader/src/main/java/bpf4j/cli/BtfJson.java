package bpf4j.cli;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfType;
import bpf4j.btf.RawPrinter;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** Types as JSON, with bpftool's names: all that the format holds, type by type. */
final class BtfJson {

    private BtfJson() {
    }

    /** Writes the types that a BTF has of its own. */
    static void write(Btf btf, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("types");
        for (int id = btf.firstOwnId(); id < btf.typeCount(); id++) {
            BtfType type = btf.type(id);
            json.writeStartObject();
            json.writeNumberField("id", id);
            json.writeStringField("kind", type.kind().name().substring("BTF_KIND_".length()));
            name(json, type.name());
            body(type, json);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void body(BtfType type, JsonGenerator json) throws IOException {
        switch (type) {
            case BtfType.Void _ -> { }
            case BtfType.Int t -> {
                json.writeNumberField("size", t.sizeBytes());
                json.writeNumberField("bits_offset", t.offsetBits());
                json.writeNumberField("nr_bits", t.bits());
                json.writeStringField("encoding", RawPrinter.encodingName(t.encoding()));
            }
            case BtfType.Ptr t -> json.writeNumberField("type_id", t.typeId());
            case BtfType.Array t -> {
                json.writeNumberField("type_id", t.elementTypeId());
                json.writeNumberField("index_type_id", t.indexTypeId());
                json.writeNumberField("nr_elems", t.count());
            }
            case BtfType.Composite t -> {
                json.writeNumberField("size", t.sizeBytes());
                list(json, "members", t.members().size());
                for (BtfType.Member member : t.members()) {
                    member(json, member);
                }
                json.writeEndArray();
            }
            case BtfType.Enumeration t -> {
                json.writeStringField("encoding", t.signed() ? "SIGNED" : "UNSIGNED");
                json.writeNumberField("size", t.sizeBytes());
                list(json, "values", t.values().size());
                for (BtfType.EnumValue value : t.values()) {
                    json.writeStartObject();
                    name(json, value.name());
                    json.writeFieldName("val");
                    json.writeNumber(t.signed() ? Long.toString(value.value())
                            : Long.toUnsignedString(value.value()));
                    json.writeEndObject();
                }
                json.writeEndArray();
            }
            case BtfType.Fwd t -> json.writeStringField("fwd_kind", t.union() ? "union" : "struct");
            case BtfType.Modifier t -> json.writeNumberField("type_id", t.typeId());
            case BtfType.Func t -> linked(json, t.typeId(), t.linkage());
            case BtfType.Var t -> linked(json, t.typeId(), t.linkage());
            case BtfType.FuncProto t -> {
                json.writeNumberField("ret_type_id", t.returnTypeId());
                list(json, "params", t.params().size());
                for (BtfType.Param param : t.params()) {
                    json.writeStartObject();
                    name(json, param.name());
                    json.writeNumberField("type_id", param.typeId());
                    json.writeEndObject();
                }
                json.writeEndArray();
            }
            case BtfType.DataSec t -> {
                json.writeNumberField("size", t.sizeBytes());
                list(json, "vars", t.variables().size());
                for (BtfType.SectionVar variable : t.variables()) {
                    variable(json, variable);
                }
                json.writeEndArray();
            }
            case BtfType.Float t -> json.writeNumberField("size", t.sizeBytes());
            case BtfType.DeclTag t -> {
                json.writeNumberField("type_id", t.typeId());
                json.writeNumberField("component_idx", t.componentIndex());
            }
        }
    }

    private static void list(JsonGenerator json, String field, int vlen) throws IOException {
        json.writeNumberField("vlen", vlen);
        json.writeArrayFieldStart(field);
    }

    private static void member(JsonGenerator json, BtfType.Member member) throws IOException {
        json.writeStartObject();
        name(json, member.name());
        json.writeNumberField("type_id", member.typeId());
        json.writeNumberField("bits_offset", member.offsetBits());
        if (member.isBitfield()) {
            json.writeNumberField("bitfield_size", member.bitfieldBits());
        }
        json.writeEndObject();
    }

    private static void variable(JsonGenerator json, BtfType.SectionVar variable) throws IOException {
        json.writeStartObject();
        json.writeNumberField("type_id", variable.typeId());
        json.writeNumberField("offset", variable.offsetBytes());
        json.writeNumberField("size", variable.sizeBytes());
        json.writeEndObject();
    }

    private static void linked(JsonGenerator json, int typeId, int linkage) throws IOException {
        json.writeNumberField("type_id", typeId);
        json.writeStringField("linkage", RawPrinter.linkageName(linkage));
    }

    private static void name(JsonGenerator json, String name) throws IOException {
        json.writeStringField("name", name.isEmpty() ? "(anon)" : name);
    }
}
