package bpf4j.cli;

import bpf4j.kernel.KernelObjects;
import bpf4j.kernel.LoadedMap;
import picocli.CommandLine.Command;

/** {@code map peek}: what a queue or stack would give next. */
@Command(name = "peek", header = "Print the next element of a queue or stack.", description = {
    "It stays there. Exit status 1 if the map is empty."},
        customSynopsis = {"bpf4j map peek [-jp] MAP", "MAP: id N | pinned PATH | name NAME"},
        footer = {
            "",
            "Example:",
            "  bpf4j map peek name waiting"})
final class MapPeekCommand extends ElementCommand {

    MapPeekCommand(Console console, KernelObjects objects) {
        super(console, objects);
    }

    @Override
    int run(LoadedMap map, ElementFormat format, ElementWords elements, Words given) {
        given.end();
        return show(format, new byte[0], map.lookup(new byte[map.keySize()]));
    }
}
