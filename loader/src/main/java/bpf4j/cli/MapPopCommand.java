package bpf4j.cli;

import bpf4j.kernel.KernelObjects;
import bpf4j.kernel.LoadedMap;
import picocli.CommandLine.Command;

/** {@code map pop}: takes an element out of a queue or stack. */
@Command(name = "pop", aliases = "dequeue", header = "Take the next element out of a queue or stack.", description = {
    "Exit status 1 if the map is empty."},
        customSynopsis = {"bpf4j map pop [-jp] MAP", "MAP: id N | pinned PATH | name NAME"},
        footer = {
            "",
            "Example:",
            "  bpf4j map pop name waiting"})
final class MapPopCommand extends ElementCommand {

    MapPopCommand(Console console, KernelObjects objects) {
        super(console, objects);
    }

    @Override
    int run(LoadedMap map, ElementFormat format, ElementWords elements, Words given) {
        given.end();
        return show(format, new byte[0], map.lookupAndDelete(new byte[map.keySize()], 0));
    }
}
