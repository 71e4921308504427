package bpf4j.cli;

import bpf4j.kernel.LoadOptions;
import bpf4j.kernel.LoadedObject;
import bpf4j.link.Link;
import bpf4j.object.BpfObject;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code run}: an object into the kernel and onto its hooks, until somebody has had enough. */
@Command(name = RunCommand.NAME, header = "Load an object, attach it, wait, detach.", description = {
    "All that has a target is attached until Ctrl-C or a TERM signal comes: programs whose section name says to what, "
        + "as fentry/vfs_read does. struct_ops variables are registered; "
        + "sk_msg and sk_skb programs go to the object's only sockmap or sockhash; programs for cgroups need --cgroup. "
        + "If there is nothing to attach, report and exit with status 0. If one attachment is refused, the others are "
        + "ended again."},
        footer = {
            "",
            "Examples:",
            "  bpf4j run dctcp.bpf.o",
            "  bpf4j run dctcp.bpf.o --for 10s",
            "  bpf4j run sockmap.bpf.o --cgroup /sys/fs/cgroup/web",
            "  bpf4j run redir.bpf.o --sockmap sockets --map sockets=/sys/fs/bpf/web/sockets"})
final class RunCommand implements Callable<Integer> {

    static final String NAME = "run";

    private final Console console;
    private final CommonOptions common;

    @Parameters(paramLabel = "OBJ", description = "BPF object file.")
    private Path file;

    @Option(names = "--cgroup", paramLabel = "DIR", description = {
        "Attach programs for cgroups to the cgroup v2 folder DIR, and so to all below it."})
    private Path cgroup;

    @Option(names = "--sockmap", paramLabel = "NAME", description = {
        "Attach sk_msg and sk_skb programs to the object's map NAME."})
    private String sockmap;

    @Option(names = "--for", paramLabel = "TIME", converter = DurationConverter.class, description = {
        "Wait this long instead of for Ctrl-C: 500ms, 10s, 2m, 1h."})
    private Duration time;

    @Mixin
    private final LoadingOptions loading = new LoadingOptions();

    RunCommand(Console console, CommonOptions common) {
        this.console = console;
        this.common = common;
    }

    @Override
    public Integer call() {
        LoadOptions options = loading.loadOptions();
        Stay stay = Stay.begin();
        int status = ExitStatus.FAILED;
        try {
            status = run(options, stay);
            return status;
        } finally {
            console.out().flush();
            stay.end(status);
        }
    }

    private int run(LoadOptions options, Stay stay) {
        Optional<BpfObject> object = Optional.empty();
        try {
            object = Optional.of(BpfObject.read(InputFile.check(file)));
            Attacher attacher = new Attacher(Optional.ofNullable(cgroup), Optional.ofNullable(sockmap));
            attacher.check(object.get());
            try (LoadedObject loaded = object.get().load(options)) {
                new TextReport(console, common).loaded(file, loaded, loading.pin(loaded));
                return attached(loaded, attacher, stay);
            }
        } catch (IOException | RuntimeException e) {
            throw new FailureException(file, Failure.of(e, object));
        }
    }

    private int attached(LoadedObject loaded, Attacher attacher, Stay stay) {
        PrintStream out = console.out();
        try (attacher) {
            attacher.attach(loaded);
            List<Link> links = attacher.links();
            Table table = new Table("ATTACHED");
            links.forEach(link -> table.row(link.description()));
            if (!links.isEmpty()) {
                console.print(table);
            }
            attacher.leftOut().forEach(line -> out.println("  not attached: " + line));
            if (links.isEmpty()) {
                out.println("Nothing to attach: done.");
                return ExitStatus.DONE;
            }
            out.println(time == null ? "Attached until Ctrl-C." : "Attached for " + DurationConverter.text(time) + ".");
            if (out.checkError()) {
                return ExitStatus.FAILED;
            }
            stay.await(Optional.ofNullable(time));
            attacher.detach();
            out.println("Detached.");
            return ExitStatus.DONE;
        }
    }
}
