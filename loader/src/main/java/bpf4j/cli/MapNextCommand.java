package bpf4j.cli;

import bpf4j.kernel.KernelObjects;
import bpf4j.kernel.LoadedMap;
import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code map getnext}: the key after another. */
@Command(name = "getnext", aliases = "next", header = "Print the key that follows another.", description = {
    "Without a key, the first. Exit status 1 behind the last."},
        customSynopsis = {
            "bpf4j map getnext [-jp] MAP [key BYTES]",
            "MAP: id N | pinned PATH | name NAME"},
        footer = {
            "",
            "Example:",
            "  bpf4j map getnext id 7"})
final class MapNextCommand extends ElementCommand {

    MapNextCommand(Console console, KernelObjects objects) {
        super(console, objects);
    }

    @Override
    int run(LoadedMap map, ElementFormat format, ElementWords elements, Words given) {
        Optional<byte[]> key = given.isEmpty() ? Optional.empty() : Optional.of(elements.key());
        given.end();
        Optional<byte[]> next = map.nextKey(key.orElse(null));
        if (next.isEmpty()) {
            return notFound();
        }
        if (wantsJson()) {
            print(json -> {
                json.writeStartObject();
                json.writeFieldName("key");
                if (key.isPresent()) {
                    JsonText.bytes(json, key.get());
                } else {
                    json.writeNull();
                }
                json.writeFieldName("next_key");
                JsonText.bytes(json, next.get());
                json.writeEndObject();
            });
        } else {
            console().out().println(format.key(next.get()));
        }
        return ExitStatus.DONE;
    }
}
