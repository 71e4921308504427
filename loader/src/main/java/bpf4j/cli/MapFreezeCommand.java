package bpf4j.cli;

import bpf4j.kernel.KernelObjects;
import bpf4j.kernel.LoadedMap;
import picocli.CommandLine.Command;

/** {@code map freeze}: no more writing. */
@Command(name = "freeze", header = "Forbid user space to write to a map.", description = {
    "For good: there is no way back."},
        customSynopsis = {"bpf4j map freeze [-jp] MAP", "MAP: id N | pinned PATH | name NAME"},
        footer = {
            "",
            "Example:",
            "  bpf4j map freeze name settings"})
final class MapFreezeCommand extends ElementCommand {

    MapFreezeCommand(Console console, KernelObjects objects) {
        super(console, objects);
    }

    @Override
    int run(LoadedMap map, ElementFormat format, ElementWords elements, Words given) {
        given.end();
        map.freeze();
        return changed();
    }
}
