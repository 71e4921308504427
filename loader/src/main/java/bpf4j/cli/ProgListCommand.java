package bpf4j.cli;

import bpf4j.kernel.KernelObjects;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.ProgramInfo;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code prog list}: the programs of the kernel. */
@Command(name = "list", aliases = "show", header = "List the programs in the kernel.", description = {
    "All of them, or those that are named."},
        customSynopsis = "bpf4j prog list [-jp] [id N | pinned PATH | name NAME | tag TAG]",
        footer = {
            "",
            "Examples:",
            "  bpf4j prog list",
            "  bpf4j prog show name redirect --json"})
final class ProgListCommand extends KernelCommand {

    ProgListCommand(Console console, KernelObjects objects) {
        super(console, objects);
    }

    @Override
    int run(Words given) {
        Optional<Selector> selector = Selector.optional(given, Selector.FOR_PROGRAMS);
        given.end();
        List<ProgListing> programs = (selector.isEmpty() ? objects().programs() : selected(selector.get()).stream())
                .map(info -> new ProgListing(info, objects().nameOf(info), BootClock.instant(info.loadTimeNanos())))
                .toList();
        if (wantsJson()) {
            printList(selector.isPresent(), programs, ProgListing::write);
        } else if (!programs.isEmpty()) {
            console().print(ProgListing.table(programs, ZoneId.systemDefault(), console().columns()));
        }
        return ExitStatus.DONE;
    }

    private List<ProgramInfo> selected(Selector selector) {
        List<LoadedProgram> programs = selection().programs(selector);
        try {
            return programs.stream().map(LoadedProgram::info).toList();
        } finally {
            Selection.closeAll(programs);
        }
    }
}
