package bpf4j.cli;

import bpf4j.kernel.ProgramInfo;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
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
    /** What all columns need. */
    private static final int WIDE = 110;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    /** As many columns as the terminal has room for, and how often programs ran only where that was counted. */
    static Table table(List<ProgListing> programs, ZoneId zone, int columns) {
        boolean wide = columns >= WIDE;
        boolean counted = programs.stream().anyMatch(p -> p.info.runCount() != 0);
        List<String> headers = new ArrayList<>(List.of("ID", "TYPE", "NAME", "TAG"));
        headers.addAll(wide ? List.of("LOADED", "UID") : List.of());
        headers.addAll(wide || !counted ? List.of("XLATED", "JITED") : List.of());
        headers.addAll(counted ? List.of("RUNS", "NS/RUN") : List.of());
        headers.add("MAPS");
        headers.addAll(wide ? List.of("BTF") : List.of());
        Table table = new Table(headers.toArray(String[]::new));
        programs.forEach(program -> table.row(headers.stream().map(header -> program.cell(header, zone)).toArray()));
        return table;
    }

    private Object cell(String header, ZoneId zone) {
        return switch (header) {
            case "ID" -> info.id();
            case "TYPE" -> KernelTables.programType(info.type());
            case "NAME" -> name.isEmpty() ? NONE : name;
            case "TAG" -> info.tag();
            case "LOADED" -> loadedAt.map(time -> TIME.format(time.atZone(zone))).orElse(NONE);
            case "UID" -> Integer.toUnsignedLong(info.createdByUid());
            case "XLATED" -> Integer.toUnsignedLong(info.xlatedBytes());
            case "JITED" -> Integer.toUnsignedLong(info.jitedBytes());
            case "RUNS" -> info.runCount();
            case "NS/RUN" -> info.runCount() == 0 ? 0L : Long.divideUnsigned(info.runTimeNanos(), info.runCount());
            case "BTF" -> info.btfId() == 0 ? NONE : Integer.toString(info.btfId());
            default -> info.mapCount() == 0 ? NONE : info.mapIds().orElse(List.of()).stream()
                    .map(Integer::toUnsignedString).collect(Collectors.joining(","));
        };
    }

    /** Writes bpftool's fields, in its order. */
    void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeNumberField("id", info.id());
        JsonText.type(json, KernelTables.programType(info.type()));
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
