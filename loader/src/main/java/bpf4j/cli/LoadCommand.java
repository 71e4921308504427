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
@Command(name = "load", description = {
    "Load objects into the kernel, report, and exit. Nothing is attached; what is not pinned is gone afterwards."},
        mixinStandardHelpOptions = true, versionProvider = Version.class)
final class LoadCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(paramLabel = "OBJ", arity = "1..*", description = "BPF object files")
    private List<Path> files;

    @Option(names = "--json", description = "Print one line of JSON for each object, and nothing else, to stdout.")
    private boolean json;

    @Mixin
    private LoadingOptions loading;

    LoadCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        LoadOptions options = loading.loadOptions();
        LoadReport report = new JsonReport(console.out());
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
                report.loaded(file, loaded, loading.pinFolder().map(loaded::pin).orElse(List.of()));
            }
            return true;
        } catch (IOException | RuntimeException e) {
            report.failed(file, Failure.of(e, object));
            return false;
        }
    }
}
