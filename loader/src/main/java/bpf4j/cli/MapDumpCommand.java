package bpf4j.cli;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.KernelObjects;
import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.Step;
import bpf4j.sys.Errno;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code map dump}: all elements of a map. */
@Command(name = "dump", header = "Print all elements of a map.", description = {
    "In the types that the map was made with, and otherwise as bytes in hexadecimal."},
        customSynopsis = {"bpf4j map dump [-jp] MAP", "MAP: id N | pinned PATH | name NAME"},
        footer = {
            "",
            "Example:",
            "  bpf4j map dump name counted"})
final class MapDumpCommand extends KernelCommand {

    MapDumpCommand(Console console, KernelObjects objects) {
        super(console, objects);
    }

    @Override
    int run(Words given) {
        Selector selector = Selector.required(given, Selector.FOR_MAPS);
        given.end();
        try (LoadedMap map = selection().map(selector)) {
            if (map.keySize() == 0) {
                throw new KernelException(Step.ACCESS_MAP, "map '" + map.name() + "'", 0,
                        "it has no keys to go over; map peek and map pop show its next element");
            }
            ElementFormat format = new ElementFormat(map);
            if (wantsJson()) {
                print(json -> {
                    json.writeStartArray();
                    forEach(map, new Visitor() {

                        @Override
                        public void element(byte[] key, byte[] value) throws IOException {
                            format.write(json, key, value);
                        }

                        @Override
                        public void unreadable(byte[] key, String problem) throws IOException {
                            json.writeStartObject();
                            json.writeFieldName("key");
                            JsonText.bytes(json, key);
                            json.writeObjectFieldStart("value");
                            json.writeStringField("error", problem);
                            json.writeEndObject();
                            json.writeEndObject();
                        }
                    });
                    json.writeEndArray();
                });
            } else {
                text(map, format);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ExitStatus.DONE;
    }

    private void text(LoadedMap map, ElementFormat format) throws IOException {
        int found = forEach(map, new Visitor() {

            @Override
            public void element(byte[] key, byte[] value) {
                ElementText.print(console(), format, key, value);
            }

            @Override
            public void unreadable(byte[] key, String problem) {
                console().out().println("key: %s  value: (%s)".formatted(format.key(key), problem));
            }
        });
        console().out().println("Found %d %s".formatted(found, found == 1 ? "element" : "elements"));
    }

    private interface Visitor {
        void element(byte[] key, byte[] value) throws IOException;

        void unreadable(byte[] key, String problem) throws IOException;
    }

    /**
     * Goes over the keys. A key that is deleted meanwhile sends the kernel back to the first, so there is an end also
     * to this.
     */
    private static int forEach(LoadedMap map, Visitor visitor) throws IOException {
        long limit = 2 * Math.max(1, Integer.toUnsignedLong(map.spec().maxEntries()));
        int found = 0;
        Optional<byte[]> key = map.nextKey(null);
        for (long i = 0; key.isPresent() && i < limit; i++) {
            try {
                Optional<byte[]> value = map.lookup(key.get());
                if (value.isPresent()) {
                    visitor.element(key.get(), value.get());
                    found++;
                }
            } catch (KernelException e) {
                visitor.unreadable(key.get(), e.errno() == 0 ? e.getMessage() : Errno.describe(e.errno()));
            }
            key = map.nextKey(key.get());
        }
        return found;
    }
}
