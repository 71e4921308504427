package bpf4j.cli;

import bpf4j.kernel.BtfInfo;
import bpf4j.kernel.KernelObjects;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** {@code btf list}: the BTF objects of the kernel, and who uses them. */
@Command(name = "list", aliases = "show", header = "List the BTF objects in the kernel.", description = {
    "The kernel's own types, those of modules, and those that came with programs and maps."},
        customSynopsis = "bpf4j btf list [-jp] [id N]",
        footer = {
            "",
            "Example:",
            "  bpf4j btf list"})
final class BtfListCommand extends KernelCommand {

    /** A BTF object with those that name their types by it. */
    private record Listing(BtfInfo info, List<Integer> programs, List<Integer> maps) {

        void write(JsonGenerator json) throws IOException {
            json.writeStartObject();
            json.writeNumberField("id", info.id());
            JsonText.number(json, "size", info.sizeBytes());
            ids(json, "prog_ids", programs);
            ids(json, "map_ids", maps);
            json.writeBooleanField("kernel", info.kernel());
            if (!info.name().isEmpty()) {
                json.writeStringField("name", info.name());
            }
            json.writeEndObject();
        }

        private static void ids(JsonGenerator json, String name, List<Integer> ids) throws IOException {
            json.writeArrayFieldStart(name);
            for (int id : ids) {
                json.writeNumber(id);
            }
            json.writeEndArray();
        }
    }

    BtfListCommand(Console console, KernelObjects objects) {
        super(console, objects);
    }

    @Override
    int run(Words given) {
        Optional<Selector> selector = Selector.optional(given, Selector.FOR_BTF);
        given.end();
        Map<Integer, List<Integer>> programs = new HashMap<>();
        Map<Integer, List<Integer>> maps = new HashMap<>();
        objects().programs().filter(p -> p.btfId() != 0).forEach(p -> add(programs, p.btfId(), p.id()));
        objects().maps().filter(m -> m.btfId() != 0).forEach(m -> add(maps, m.btfId(), m.id()));
        Stream<BtfInfo> infos = selector.isEmpty() ? objects().btfs()
                : Stream.of(objects().btfInfo(selector.get().id()));
        List<Listing> listings = infos.map(info -> new Listing(info, programs.getOrDefault(info.id(), List.of()),
                maps.getOrDefault(info.id(), List.of()))).toList();
        if (wantsJson()) {
            printList(false, listings, Listing::write);
        } else {
            console().print(table(listings));
        }
        return ExitStatus.DONE;
    }

    private static void add(Map<Integer, List<Integer>> users, int btfId, int userId) {
        users.computeIfAbsent(btfId, _ -> new ArrayList<>()).add(userId);
    }

    private static Table table(List<Listing> listings) {
        Table table = new Table("ID", "NAME", "SIZE", "PROGRAMS", "MAPS");
        for (Listing listing : listings) {
            BtfInfo info = listing.info();
            // bpftool's brackets: a name of the kernel's, and not one that a user gave.
            table.row(info.id(), info.name().isEmpty() ? "<anon>" : "[" + info.name() + "]",
                    Integer.toUnsignedLong(info.sizeBytes()), text(listing.programs()), text(listing.maps()));
        }
        return table;
    }

    private static String text(List<Integer> ids) {
        return ids.isEmpty() ? "-" : ids.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
