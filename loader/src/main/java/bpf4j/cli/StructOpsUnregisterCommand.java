package bpf4j.cli;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.KernelObjects;
import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.MapInfo;
import bpf4j.kernel.Step;
import bpf4j.sys.Errno;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code struct_ops unregister}: ends registrations. */
@Command(name = "unregister", header = "End the registration of struct_ops.", description = {
    "What is registered by a link ends with that: see 'bpf4j link list' and 'bpf4j link detach'."},
        customSynopsis = "bpf4j struct_ops unregister [-jp] id N | name NAME",
        footer = {
            "",
            "Example:",
            "  bpf4j struct_ops unregister name dctcp"})
final class StructOpsUnregisterCommand extends KernelCommand {

    StructOpsUnregisterCommand(Console console, KernelObjects objects) {
        super(console, objects);
    }

    @Override
    int run(Words given) {
        Selector selector = Selector.required(given, Selector.FOR_STRUCT_OPS);
        given.end();
        List<StructOpsListing> ended = new ArrayList<>();
        List<LoadedMap> maps = selection().maps(selector);
        try {
            for (LoadedMap map : maps) {
                MapInfo info = map.info();
                if (StructOpsListing.is(info)) {
                    unregister(map);
                    ended.add(StructOpsListing.of(objects(), info));
                }
            }
        } finally {
            Selection.closeAll(maps);
        }
        if (ended.isEmpty()) {
            throw new KernelException(Step.DETACH, "map " + selector, 0, "it is no struct_ops map");
        }
        if (wantsJson()) {
            print(json -> json.writeNull());
        } else {
            ended.forEach(each -> console().out().println("Unregistered %s %s id %d".formatted(each.struct(),
                    each.info().name(), each.info().id())));
        }
        return ExitStatus.DONE;
    }

    private static void unregister(LoadedMap map) {
        String subject = "struct_ops '" + map.name() + "'";
        try {
            if (!map.delete(new byte[map.keySize()])) {
                throw new KernelException(Step.DETACH, subject, 0, "it is not registered");
            }
        } catch (KernelException e) {
            if (e.errno() == Errno.EOPNOTSUPP.number()) {
                throw new KernelException(Step.DETACH, subject, e.errno(), "it is registered by a link, which "
                        + "'bpf4j link detach' ends", e);
            }
            throw e;
        }
    }
}
