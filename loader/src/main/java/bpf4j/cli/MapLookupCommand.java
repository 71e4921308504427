package bpf4j.cli;

import bpf4j.kernel.KernelObjects;
import bpf4j.kernel.LoadedMap;
import picocli.CommandLine.Command;

/** {@code map lookup}: one element. */
@Command(name = "lookup", header = "Print one element of a map.", description = {
    "Exit status 1 if it is not there. A key is written as bytes, in decimal or behind 'hex'; where the map has types, "
        + "also as one number or as members of a struct."},
        customSynopsis = {
            "bpf4j map lookup [-jp] MAP key BYTES",
            "MAP: id N | pinned PATH | name NAME"},
        footer = {
            "",
            "Examples:",
            "  bpf4j map lookup id 7 key hex 7f 00 00 01",
            "  bpf4j map lookup name flows key from=1 to=2"})
final class MapLookupCommand extends ElementCommand {

    MapLookupCommand(Console console, KernelObjects objects) {
        super(console, objects);
    }

    @Override
    int run(LoadedMap map, ElementFormat format, ElementWords elements, Words given) {
        byte[] key = elements.key();
        given.end();
        return show(format, key, map.lookup(key));
    }
}
