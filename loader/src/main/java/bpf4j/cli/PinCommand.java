package bpf4j.cli;

import bpf4j.kernel.KernelObjects;
import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.LoadedProgram;
import bpf4j.link.KernelLink;
import java.nio.file.Path;
import picocli.CommandLine.Command;

/** {@code prog pin}, {@code map pin}, {@code link pin}: keeps an object alive by a file. */
@Command(name = "pin", header = "Pin it to a file in a BPF file system.", description = {
    "It lives as long as the file does: removing the file lets it go."},
        customSynopsis = "bpf4j prog|map|link pin [-jp] id N|pinned PATH|name NAME FILE",
        footer = {
            "",
            "Example:",
            "  bpf4j map pin id 7 /sys/fs/bpf/sockets"})
final class PinCommand extends KernelCommand {

    /** What is pinned. */
    enum Kind { PROGRAM, MAP, LINK }

    private final Kind kind;

    PinCommand(Console console, KernelObjects objects, Kind kind) {
        super(console, objects);
        this.kind = kind;
    }

    @Override
    int run(Words given) {
        Selector selector = Selector.required(given, switch (kind) {
            case PROGRAM -> Selector.FOR_PROGRAMS;
            case MAP -> Selector.FOR_MAPS;
            case LINK -> Selector.FOR_LINKS;
        });
        Path file = Path.of(given.next("file to pin to"));
        given.end();
        switch (kind) {
            case PROGRAM -> {
                try (LoadedProgram program = selection().program(selector)) {
                    program.pin(file);
                }
            }
            case MAP -> {
                try (LoadedMap map = selection().map(selector)) {
                    map.pin(file);
                }
            }
            case LINK -> {
                try (KernelLink link = selection().link(selector)) {
                    link.pin(file);
                }
            }
        }
        if (wantsJson()) {
            print(json -> json.writeNull());
        }
        return ExitStatus.DONE;
    }
}
