package bpf4j.cli;

import bpf4j.kernel.KernelObjects;
import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.MapInfo;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code map list}: the maps of the kernel. */
@Command(name = "list", aliases = "show", header = "List the maps in the kernel.", description = {
    "All of them, or those that are named."},
        customSynopsis = "bpf4j map list [-jp] [id N | pinned PATH | name NAME]",
        footer = {
            "",
            "Examples:",
            "  bpf4j map list",
            "  bpf4j map show pinned /sys/fs/bpf/sockets --json"})
final class MapListCommand extends KernelCommand {

    MapListCommand(Console console, KernelObjects objects) {
        super(console, objects);
    }

    @Override
    int run(Words given) {
        Optional<Selector> selector = Selector.optional(given, Selector.FOR_MAPS);
        given.end();
        List<MapInfo> maps = selector.isEmpty() ? objects().maps().toList() : selected(selector.get());
        if (wantsJson()) {
            printList(selector.isPresent(), maps, MapListing::write);
        } else if (!maps.isEmpty()) {
            console().print(MapListing.table(maps, console().columns()));
        }
        return ExitStatus.DONE;
    }

    private List<MapInfo> selected(Selector selector) {
        List<LoadedMap> maps = selection().maps(selector);
        try {
            return maps.stream().map(LoadedMap::info).toList();
        } finally {
            Selection.closeAll(maps);
        }
    }
}
