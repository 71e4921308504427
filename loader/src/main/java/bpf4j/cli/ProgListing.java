package bpf4j.cli;

import bpf4j.kernel.ProgramInfo;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A program of a list.
 *
 * @param info what the kernel says of it
 * @param name its whole name
 * @param loadedAt when it was loaded
 */
record ProgListing(ProgramInfo info, String name, Optional<Instant> loadedAt) {

    private static final String NONE = "-";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    static Table table(List<ProgListing> programs, ZoneId zone) {
        boolean counted = programs.stream().anyMatch(p -> p.info.runCount() != 0);
        Table table = counted
                ? new Table("ID", "TYPE", "NAME", "TAG", "LOADED", "UID", "XLATED", "JITED", "MAPS", "BTF", "RUNS", "NS/RUN")
                : new Table("ID", "TYPE", "NAME", "TAG", "LOADED", "UID", "XLATED", "JITED", "MAPS", "BTF");
        for (ProgListing program : programs) {
            ProgramInfo info = program.info;
            String maps = info.mapIds().orElse(List.of()).stream().map(Integer::toUnsignedString)
                    .collect(Collectors.joining(","));
            Object[] cells = {info.id(), KernelTables.programType(info.type()), program.name, info.tag(),
                program.loadedAt.map(time -> TIME.format(time.atZone(zone))).orElse(NONE),
                Integer.toUnsignedLong(info.createdByUid()), info.xlatedBytes(), info.jitedBytes(),
                maps.isEmpty() ? NONE : maps, info.btfId() == 0 ? NONE : info.btfId(), info.runCount(),
                info.runCount() == 0 ? 0 : Long.divideUnsigned(info.runTimeNanos(), info.runCount())};
            table.row(cells);
        }
        return table;
    }

    /** Writes bpftool's fields, in its order. */
    void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeNumberField("id", info.id());
        json.writeStringField("type", KernelTables.programType(info.type()));
        if (!name.isEmpty()) {
            json.writeStringField("name", name);
        }
        json.writeStringField("tag", info.tag());
        json.writeBooleanField("gpl_compatible", info.gplCompatible());
        if (info.runTimeNanos() != 0) {
            JsonText.number(json, "run_time_ns", info.runTimeNanos());
            JsonText.number(json, "run_cnt", info.runCount());
        }
        if (info.recursionMisses() != 0) {
            JsonText.number(json, "recursion_misses", info.recursionMisses());
        }
        if (info.ifindex() != 0) {
            JsonText.number(json, "ifindex", info.ifindex());
        }
        if (loadedAt.isPresent()) {
            json.writeNumberField("loaded_at", loadedAt.get().getEpochSecond());
            JsonText.number(json, "uid", info.createdByUid());
        }
        JsonText.number(json, "bytes_xlated", info.xlatedBytes());
        json.writeBooleanField("jited", info.jitedBytes() != 0);
        if (info.jitedBytes() != 0) {
            JsonText.number(json, "bytes_jited", info.jitedBytes());
        }
        if (info.memlockBytes().isPresent()) {
            json.writeNumberField("bytes_memlock", info.memlockBytes().getAsLong());
        }
        if (info.mapCount() != 0) {
            json.writeArrayFieldStart("map_ids");
            for (int id : info.mapIds().orElse(List.of())) {
                json.writeNumber(id);
            }
            json.writeEndArray();
        }
        if (info.btfId() != 0) {
            json.writeNumberField("btf_id", info.btfId());
        }
        json.writeEndObject();
    }
}
