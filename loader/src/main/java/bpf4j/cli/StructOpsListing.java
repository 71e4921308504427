package bpf4j.cli;

import bpf4j.kernel.KernelObjects;
import bpf4j.kernel.MapInfo;
import bpf4j.object.MapType;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;

/**
 * A struct_ops map of a list.
 *
 * @param info what the kernel says of it
 * @param struct the kernel's struct of functions
 */
record StructOpsListing(MapInfo info, String struct) {

    /** What the kernel puts before a struct's name to name the type of a map's value. */
    private static final String VALUE_PREFIX = "bpf_struct_ops_";

    static boolean is(MapInfo info) {
        return info.type() == MapType.BPF_MAP_TYPE_STRUCT_OPS.number();
    }

    static StructOpsListing of(KernelObjects objects, MapInfo info) {
        String value = objects.types(info).map(types -> types.btf().nameOf(types.valueTypeId())).orElse("");
        return new StructOpsListing(info,
                value.startsWith(VALUE_PREFIX) ? value.substring(VALUE_PREFIX.length()) : value);
    }

    static Table table(List<StructOpsListing> maps) {
        Table table = new Table("ID", "NAME", "STRUCT");
        maps.forEach(map -> table.row(map.info.id(), map.info.name(), map.struct));
        return table;
    }

    /** Writes bpftool's fields. */
    void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeNumberField("id", info.id());
        json.writeStringField("name", info.name());
        json.writeStringField("kernel_struct_ops", struct);
        json.writeEndObject();
    }
}
