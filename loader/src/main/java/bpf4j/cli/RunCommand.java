package bpf4j.cli;

import bpf4j.kernel.LoadOptions;
import bpf4j.kernel.LoadedObject;
import bpf4j.link.Link;
import bpf4j.object.BpfObject;
import java.io.IOException;
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
        + "ended again.",
    "Meanwhile records of the object's ring and perf buffers are printed as they come."},
        footer = {
            "",
            "Examples:",
            "  bpf4j run dctcp.bpf.o",
            "  bpf4j run dctcp.bpf.o --for 10s",
            "  bpf4j run sockmap.bpf.o --cgroup /sys/fs/cgroup/web",
            "  bpf4j run opensnoop.bpf.o --type opened --json",
            "  bpf4j run hello.bpf.o --trace",
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

    @Option(names = "--type", paramLabel = "[MAP=]TYPE", description = {
        "Print records in a type of the object's: a struct, typedef or enum that something in the object refers to. "
            + "Without it they are bytes."})
    private List<String> types = List.of();

    @Option(names = "--no-events", description = "Leave the records of ring and perf buffers to another reader.")
    private boolean noEvents;

    @Option(names = "--trace", description = {
        "Print the kernel's trace, where bpf_printk writes: that of the whole system, and gone for other readers."})
    private boolean trace;

    @Option(names = {"-j", "--json"}, description = {
        "Print one line of JSON for each thing that happens: loaded, attached, each record or line of the trace."})
    private boolean json;

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
            EventTypes eventTypes = new EventTypes(object.get(), types);
            LiveLines lines = new LiveLines(console, json);
            try (LiveOutput live = new LiveOutput(lines, stay::stop)) {
                if (trace) {
                    live.openTrace().ifPresent(warning -> console.err().println("bpf4j: " + warning));
                }
                return run(object.get().load(options), attacher, eventTypes, live, lines, stay);
            }
        } catch (IOException | RuntimeException e) {
            throw new FailureException(file, Failure.of(e, object));
        }
    }

    private int run(LoadedObject object, Attacher attacher, EventTypes eventTypes, LiveOutput live, LiveLines lines,
            Stay stay) {
        try (LoadedObject loaded = object; attacher) {
            report().loaded(file, loaded, loading.pin(loaded));
            if (!noEvents) {
                live.open(loaded, eventTypes, loading.pinnedMaps());
            }
            attacher.attach(loaded);
            List<String> links = attacher.links().stream().map(Link::description).toList();
            RunReport report = new RunReport(console, lines);
            report.attached(links, attacher.leftOut(), Optional.ofNullable(time));
            if (links.isEmpty()) {
                return ExitStatus.DONE;
            }
            if (!lines.flush()) {
                return ExitStatus.FAILED;
            }
            live.start();
            stay.await(Optional.ofNullable(time));
            attacher.detach();
            live.close();
            report.detached();
            return ExitStatus.DONE;
        }
    }

    private LoadReport report() {
        return json ? new JsonReport(console.out()) : new TextReport(console, common);
    }
}
