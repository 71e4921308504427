package bpf4j.cli;

import bpf4j.kernel.LoadOptions;
import bpf4j.kernel.LoadedObject;
import bpf4j.object.BpfObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code load}: objects into the kernel, a report, and out again unless they are pinned. */
@Command(name = "load", header = "Load objects, report, exit.", description = {
    "Nothing is attached, and what is not pinned is gone afterwards. "
        + "An object that does not load does not stop the others; the exit status is 0 only if all loaded."},
        footer = {
            "",
            "Examples:",
            "  bpf4j load *.bpf.o",
            "  bpf4j load --json *.bpf.o | jq 'select(.ok | not) | .error.message'",
            "  bpf4j load --dry-run tool.bpf.o --btf vmlinuz-6.1",
            "  bpf4j load sockops.bpf.o --pin /sys/fs/bpf/web",
            "  bpf4j load redir.bpf.o --map sockets=/sys/fs/bpf/web/sockets"})
final class LoadCommand implements Callable<Integer> {

    private final Console console;
    private final Complaints complaints;
    private final CommonOptions common;

    @Parameters(paramLabel = "OBJ", arity = "1..*", description = "BPF object files.")
    private List<Path> files;

    @Option(names = "--json", description = {
        "Print one line of JSON for each object, with the kernel's own figures, and nothing else to stdout."})
    private boolean json;

    @Option(names = "--dry-run", description = {
        "Load nothing: print the calls of bpf(2) that loading would make, in their order. With --btf the kernel is the "
            + "one in that file, with all features that its version has."})
    private boolean dryRun;

    @Mixin
    private final LoadingOptions loading = new LoadingOptions();

    LoadCommand(Console console, Complaints complaints, CommonOptions common) {
        this.console = console;
        this.complaints = complaints;
        this.common = common;
    }

    /** {@return the command for some files, without any option} */
    static LoadCommand of(List<Path> files, Console console, Complaints complaints, CommonOptions common) {
        LoadCommand command = new LoadCommand(console, complaints, common);
        command.files = files;
        return command;
    }

    @Override
    public Integer call() {
        if (dryRun) {
            return new PlanPrinter(console, complaints, json, common.verbose()).print(files, loading);
        }
        LoadOptions options = loading.loadOptions();
        LoadReport report = json ? new JsonReport(console.out()) : new TextReport(console, common);
        boolean allLoaded = true;
        for (Path file : files) {
            allLoaded &= load(file, options, report);
            if (console.out().checkError()) {
                return ExitStatus.FAILED;
            }
        }
        return allLoaded ? ExitStatus.DONE : ExitStatus.FAILED;
    }

    private boolean load(Path file, LoadOptions options, LoadReport report) {
        Optional<BpfObject> object = Optional.empty();
        try {
            object = Optional.of(BpfObject.read(InputFile.check(file)));
            try (LoadedObject loaded = object.get().load(options)) {
                report.loaded(file, loaded, loading.pin(loaded));
            }
            return true;
        } catch (IOException | RuntimeException e) {
            Failure failure = Failure.of(e, object);
            report.failed(file, failure);
            console.out().flush();
            complaints.print(file, failure);
            return false;
        }
    }
}
