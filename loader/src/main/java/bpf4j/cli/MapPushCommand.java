package bpf4j.cli;

import bpf4j.kernel.KernelObjects;
import bpf4j.kernel.LoadedMap;
import picocli.CommandLine.Command;

/** {@code map push}: puts an element into a queue or stack. */
@Command(name = "push", aliases = "enqueue", header = "Put an element into a queue or stack.", description = {
    "A value is written as for update."},
        customSynopsis = {"bpf4j map push [-jp] MAP value BYTES", "MAP: id N | pinned PATH | name NAME"},
        footer = {
            "",
            "Example:",
            "  bpf4j map push name waiting value 1 0 0 0"})
final class MapPushCommand extends ElementCommand {

    MapPushCommand(Console console, KernelObjects objects) {
        super(console, objects);
    }

    @Override
    int run(LoadedMap map, ElementFormat format, ElementWords elements, Words given) {
        try (ElementWords.Value value = elements.value()) {
            given.end();
            map.update(new byte[map.keySize()], value.bytes(), LoadedMap.BPF_ANY);
        }
        return changed();
    }
}
