package bpf4j.cli;

import bpf4j.kernel.MapInfo;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;

/** Maps of a list. */
final class MapListing {

    private static final String NONE = "-";
    /** What all columns need. */
    private static final int WIDE = 100;

    private MapListing() {
    }

    /** As many columns as the terminal has room for. */
    static Table table(List<MapInfo> maps, int columns) {
        Table table = columns >= WIDE
                ? new Table("ID", "TYPE", "NAME", "FLAGS", "KEY", "VALUE", "ENTRIES", "MEMORY", "FROZEN", "BTF")
                : new Table("ID", "TYPE", "NAME", "FLAGS", "KEY", "VALUE", "ENTRIES", "MEMORY");
        for (MapInfo map : maps) {
            table.row(map.id(), KernelTables.mapType(map.type()), map.name().isEmpty() ? NONE : map.name(),
                    "0x%x".formatted(map.flags()), Integer.toUnsignedLong(map.keySize()),
                    Integer.toUnsignedLong(map.valueSize()), Integer.toUnsignedLong(map.maxEntries()),
                    map.memlockBytes().isPresent() ? Long.toString(map.memlockBytes().getAsLong()) : NONE,
                    map.frozen().map(frozen -> frozen ? "yes" : NONE).orElse("?"),
                    map.btfId() == 0 ? NONE : Integer.toString(map.btfId()));
        }
        return table;
    }

    /** Writes bpftool's fields, in its order. */
    static void write(MapInfo map, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeNumberField("id", map.id());
        JsonText.type(json, KernelTables.mapType(map.type()));
        if (!map.name().isEmpty()) {
            json.writeStringField("name", map.name());
        }
        JsonText.number(json, "flags", map.flags());
        if (map.ifindex() != 0) {
            json.writeNumberField("ifindex", map.ifindex());
        }
        JsonText.number(json, "bytes_key", map.keySize());
        JsonText.number(json, "bytes_value", map.valueSize());
        JsonText.number(json, "max_entries", map.maxEntries());
        if (map.memlockBytes().isPresent()) {
            json.writeNumberField("bytes_memlock", map.memlockBytes().getAsLong());
        }
        if (map.ownerProgramType().isPresent()) {
            json.writeStringField("owner_prog_type", KernelTables.programType(map.ownerProgramType().getAsInt()));
        }
        if (map.ownerJited().isPresent()) {
            json.writeBooleanField("owner_jited", map.ownerJited().get());
        }
        if (map.frozen().isPresent()) {
            json.writeNumberField("frozen", map.frozen().get() ? 1 : 0);
        }
        if (map.btfId() != 0) {
            json.writeNumberField("btf_id", map.btfId());
        }
        json.writeEndObject();
    }
}
