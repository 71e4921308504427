package bpf4j.cli;

import bpf4j.kernel.KernelObjects;
import bpf4j.kernel.LoadedMap;
import picocli.CommandLine.Command;

/** {@code map delete}: one element. */
@Command(name = "delete", header = "Delete one element of a map.", description = {
    "Exit status 1 if it is not there. A key is written as for lookup."},
        customSynopsis = {
            "bpf4j map delete [-jp] MAP key BYTES",
            "MAP: id N | pinned PATH | name NAME"},
        footer = {
            "",
            "Example:",
            "  bpf4j map delete id 7 key 1 0 0 0"})
final class MapDeleteCommand extends ElementCommand {

    MapDeleteCommand(Console console, KernelObjects objects) {
        super(console, objects);
    }

    @Override
    int run(LoadedMap map, ElementFormat format, ElementWords elements, Words given) {
        byte[] key = elements.key();
        given.end();
        return map.delete(key) ? changed() : notFound();
    }
}
