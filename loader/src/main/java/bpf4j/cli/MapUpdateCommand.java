package bpf4j.cli;

import bpf4j.kernel.KernelObjects;
import bpf4j.kernel.LoadedMap;
import picocli.CommandLine.Command;

/** {@code map update}: writes one element. */
@Command(name = "update", header = "Write one element of a map.", description = {
    "Key and value are written as for lookup; the value of a map of maps or programs is the object that goes in. In a "
        + "per-CPU map each CPU gets the value. noexist writes new elements only, exist no new ones."},
        customSynopsis = {
            "bpf4j map update [-jp] MAP key BYTES value VALUE [any | exist | noexist]",
            "MAP: id N | pinned PATH | name NAME"},
        footer = {
            "",
            "Examples:",
            "  bpf4j map update id 7 key 0 0 0 0 value 1 0 0 0",
            "  bpf4j map update name counted key 0 value runs=1 bytes=64",
            "  bpf4j map update name jumps key 0 value name dispatched"})
final class MapUpdateCommand extends ElementCommand {

    MapUpdateCommand(Console console, KernelObjects objects) {
        super(console, objects);
    }

    @Override
    int run(LoadedMap map, ElementFormat format, ElementWords elements, Words given) {
        byte[] key = elements.key();
        try (ElementWords.Value value = elements.value()) {
            long flags = given.take("noexist") ? LoadedMap.BPF_NOEXIST
                    : given.take("exist") ? LoadedMap.BPF_EXIST : LoadedMap.BPF_ANY;
            given.take("any");
            given.end();
            map.update(key, value.bytes(), flags);
        }
        return changed();
    }
}
