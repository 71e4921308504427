package bpf4j.cli;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.KernelObjects;
import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.MapInfo;
import bpf4j.kernel.Step;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** {@code struct_ops list}: the struct_ops maps of the kernel. */
@Command(name = "list", aliases = "show", header = "List the struct_ops maps in the kernel.", description = {
    "Those that are registered, and those that are loaded and not registered yet."},
        customSynopsis = "bpf4j struct_ops list [-jp] [id N | name NAME]",
        footer = {
            "",
            "Example:",
            "  bpf4j struct_ops list"})
final class StructOpsListCommand extends KernelCommand {

    StructOpsListCommand(Console console, KernelObjects objects) {
        super(console, objects);
    }

    @Override
    int run(Words given) {
        Optional<Selector> selector = Selector.optional(given, Selector.FOR_STRUCT_OPS);
        given.end();
        List<StructOpsListing> maps = (selector.isEmpty() ? objects().maps() : selected(selector.get()))
                .filter(StructOpsListing::is).map(info -> StructOpsListing.of(objects(), info)).toList();
        if (selector.isPresent() && maps.isEmpty()) {
            throw new KernelException(Step.QUERY, "map " + selector.get(), 0, "it is no struct_ops map");
        }
        if (wantsJson()) {
            printList(selector.isPresent(), maps, StructOpsListing::write);
        } else if (!maps.isEmpty()) {
            console().print(StructOpsListing.table(maps));
        }
        return ExitStatus.DONE;
    }

    private Stream<MapInfo> selected(Selector selector) {
        List<LoadedMap> maps = selection().maps(selector);
        try {
            return maps.stream().map(LoadedMap::info).toList().stream();
        } finally {
            Selection.closeAll(maps);
        }
    }
}
