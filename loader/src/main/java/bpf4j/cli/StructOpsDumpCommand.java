package bpf4j.cli;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.KernelObjects;
import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.MapInfo;
import bpf4j.kernel.Step;
import bpf4j.sys.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code struct_ops dump}: what struct_ops maps hold. */
@Command(name = "dump", header = "Print what struct_ops maps hold.", description = {
    "Each member of the kernel's struct: functions with the program that is called, other members as they are. Of all "
        + "maps, or of those that are named. As long as one is not registered, the kernel tells nothing but that."},
        customSynopsis = "bpf4j struct_ops dump [-jp] [id N | name NAME]",
        footer = {
            "",
            "Example:",
            "  bpf4j struct_ops dump name dctcp"})
final class StructOpsDumpCommand extends KernelCommand {

    StructOpsDumpCommand(Console console, KernelObjects objects) {
        super(console, objects);
    }

    @Override
    int run(Words given) {
        Optional<Selector> selector = Selector.optional(given, Selector.FOR_STRUCT_OPS);
        given.end();
        List<StructOpsDump> dumps = selector.isPresent() ? selected(selector.get()) : all();
        if (wantsJson()) {
            print(json -> {
                json.writeStartArray();
                for (StructOpsDump dump : dumps) {
                    dump.write(json);
                }
                json.writeEndArray();
            });
        } else {
            dumps.forEach(dump -> dump.print(console()));
        }
        return ExitStatus.DONE;
    }

    private List<StructOpsDump> all() {
        List<StructOpsDump> dumps = new ArrayList<>();
        for (MapInfo info : objects().maps().filter(StructOpsListing::is).toList()) {
            try (LoadedMap map = objects().map(info.id())) {
                dumps.add(StructOpsDump.of(objects(), map));
            } catch (KernelException e) {
                // What goes meanwhile is left out.
                if (e.errno() != Errno.ENOENT.number()) {
                    throw e;
                }
            }
        }
        return dumps;
    }

    private List<StructOpsDump> selected(Selector selector) {
        List<LoadedMap> maps = selection().maps(selector);
        try {
            List<StructOpsDump> dumps = new ArrayList<>();
            for (LoadedMap map : maps) {
                if (StructOpsListing.is(map.info())) {
                    dumps.add(StructOpsDump.of(objects(), map));
                }
            }
            if (dumps.isEmpty()) {
                throw new KernelException(Step.QUERY, "map " + selector, 0, "it is no struct_ops map");
            }
            return dumps;
        } finally {
            Selection.closeAll(maps);
        }
    }
}
