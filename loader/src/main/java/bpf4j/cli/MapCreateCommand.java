package bpf4j.cli;

import bpf4j.kernel.KernelObjects;
import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.LoadedObject;
import bpf4j.object.BpfObject;
import bpf4j.object.MapSpec;
import bpf4j.object.MapType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code map create}: a map that a pin keeps. */
@Command(name = "create", header = "Make a map and pin it.", description = {
    "The map lives as long as FILE does. Sizes are in bytes, flags a number, as BPF_F_NO_PREALLOC is 1; the maps "
        + "inside of a map of maps are like MAP."},
        customSynopsis = {
            "bpf4j map create [-jp] FILE type TYPE key N value N entries N name NAME",
            "                 [flags N] [inner_map MAP]",
            "MAP: id N | pinned PATH | name NAME"},
        footer = {
            "",
            "Example:",
            "  bpf4j map create /sys/fs/bpf/seen type lru_hash key 4 value 8 \\",
            "        entries 1024 name seen"})
final class MapCreateCommand extends KernelCommand {

    MapCreateCommand(Console console, KernelObjects objects) {
        super(console, objects);
    }

    @Override
    int run(Words given) {
        Path file = Path.of(given.next("file to pin to"));
        Optional<MapType> type = Optional.empty();
        Optional<String> name = Optional.empty();
        Optional<Selector> inner = Optional.empty();
        int keySize = 0;
        int valueSize = 0;
        int entries = 0;
        int flags = 0;
        while (!given.isEmpty()) {
            switch (given.next("option")) {
                case "type" -> type = Optional.of(type(given));
                case "key" -> keySize = given.number("size in bytes");
                case "value" -> valueSize = given.number("size in bytes");
                case "entries" -> entries = given.number("number of elements");
                case "name" -> name = Optional.of(given.next("name"));
                case "flags" -> flags = given.bits("flags");
                case "inner_map" -> inner = Optional.of(Selector.required(given, Selector.FOR_MAPS));
                case String word -> throw given.wrong("'%s' is no option of this command.".formatted(word));
            }
        }
        if (type.isEmpty() || name.isEmpty()) {
            throw given.wrong("A map has to have a type and a name.");
        }
        MapSpec spec = MapSpec.of(name.get(), type.get(), keySize, valueSize, entries).withFlags(flags);
        if (inner.isPresent()) {
            try (LoadedMap template = selection().map(inner.get())) {
                spec = spec.withInner(template.spec());
            }
        }
        create(BpfObject.builder(name.get()).map(spec).build(), name.get(), file);
        if (wantsJson()) {
            print(json -> json.writeNull());
        }
        return ExitStatus.DONE;
    }

    private static void create(BpfObject object, String name, Path file) {
        try (LoadedObject loaded = object.load()) {
            loaded.map(name).pin(file);
        }
    }

    private static MapType type(Words given) {
        String word = given.next("type");
        return Arrays.stream(MapType.values())
                .filter(type -> type != MapType.BPF_MAP_TYPE_UNSPEC && KernelTables.mapType(type.number()).equals(word))
                .findFirst().orElseThrow(() -> given.wrong("'%s' is no type of map; hash and array are."
                        .formatted(word)));
    }
}
