package bpf4j.examples.demo.dctcp;

import bpf4j.examples.BundledObject;
import bpf4j.examples.Findings;
import bpf4j.examples.demo.DemoOptions;
import bpf4j.examples.demo.Progress;
import bpf4j.examples.net.TcpSocket;
import bpf4j.kernel.LoadedObject;
import bpf4j.link.Link;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bpf4j demo dctcp}. */
@Command(
        name = "dctcp",
        description = {
            "A connection through a bottleneck that marks packets (ECN), with cubic, with reno, and with DCTCP as"
                + " BPF programs; and with cubic by losses alone.",
            "Sender, switch and receiver are network namespaces of this machine. Needs root and iproute2. Writes"
                + " dctcp.svg and dctcp.png."})
public final class DctcpDemo implements Callable<Integer> {

    private static final String BPF_DCTCP = "bpf_dctcp";
    private static final List<Contender> USUAL = List.of(new Contender("cubic", false), new Contender("cubic", true),
            new Contender("reno", true), new Contender(BPF_DCTCP, true));

    /** How much is measured, and how often. */
    private record Effort(int rounds, Duration beginning, Duration measured) {

        static final Effort USUAL = new Effort(5, Duration.ofSeconds(1), Duration.ofSeconds(5));
        static final Effort QUICK = new Effort(1, Duration.ofMillis(500), Duration.ofMillis(1500));
    }

    private final PrintStream err;

    @Mixin
    private DemoOptions options;

    @Option(names = "--with", paramLabel = "NAME", split = ",",
            description =
                    "Other congestion controls of the kernel beside these, with ECN: its own dctcp, for instance.")
    private List<String> others = List.of();

    @Option(names = "--rate", paramLabel = "MBIT", defaultValue = "100",
            description = "Megabits per second of the bottleneck; 100 unless told.")
    private int megabits;

    @Option(names = "--delay", paramLabel = "MS", defaultValue = "0",
            description = "Milliseconds that acknowledgements take, by the kernel's netem; none unless told.")
    private int delayMillis;

    @Option(names = {"-v", "--verbose"}, description = "Show the commands that make the network.")
    private boolean verbose;

    @Spec
    private CommandSpec spec;

    /**
     * Makes the command.
     *
     * @param err where commands are shown
     */
    public DctcpDemo(PrintStream err) {
        this.err = err;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (megabits < 1 || delayMillis < 0) {
            throw new ParameterException(spec.commandLine(), "--rate is at least 1, --delay at least 0");
        }
        // What is refused is so by the kernel first: that says most.
        try (LoadedObject dctcp = BundledObject.read("dctcp.bpf.o").load()) {
            Commands.requireInstalled();
            options.requireWritable();
            Effort effort = options.quick() ? Effort.QUICK : Effort.USUAL;
            Results results;
            try (Link _ = dctcp.structOps("dctcp").attach()) {
                results = measure(dctcp, effort);
            }
            return report(results, dctcp, effort) ? 0 : 1;
        }
    }

    private List<Contender> contenders() throws IOException {
        List<Contender> contenders = new ArrayList<>(USUAL);
        others.forEach(name -> contenders.add(new Contender(name, true)));
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        for (Contender contender : contenders) {
            // It complains if there is none of that name, and loads the module that has it.
            try (TcpSocket socket = TcpSocket.open(loopback)) {
                socket.setCongestionControl(contender.congestionControl());
            }
        }
        return contenders;
    }

    private Results measure(LoadedObject dctcp, Effort effort) throws IOException, InterruptedException {
        List<Contender> contenders = contenders();
        Bottleneck bottleneck = Bottleneck.of(megabits, delayMillis);
        try (Network network = Network.create(new Commands(err, verbose), bottleneck);
                SwitchPort port = SwitchPort.attach(network, bottleneck);
                Laboratory laboratory = Laboratory.open(network, port, dctcp);
                Progress progress = Progress.onTerminal(1 + effort.rounds() * contenders.size())) {
            progress.next("warming up");
            laboratory.run(contenders.getLast(), Duration.ZERO, effort.beginning());
            Results results = new Results(bottleneck, network.hasRed(), laboratory.probeIdle(effort.beginning()));
            for (int round = 1; round <= effort.rounds(); round++) {
                for (Contender contender : contenders) {
                    progress.next("round %d of %d: %s".formatted(round, effort.rounds(), contender));
                    results.add(contender, laboratory.run(contender, effort.beginning(), effort.measured()));
                }
            }
            return results;
        }
    }

    private boolean report(Results results, LoadedObject dctcp, Effort effort) throws IOException {
        PrintStream out = options.report();
        List<String> conditions = List.of(
                "Linux %s, Java %s; %s, marked by %s".formatted(
                        System.getProperty("os.version"), Runtime.version().feature(),
                        results.bottleneck(), results.red() ? "RED" : "a BPF program"),
                "Rounds in which they take turns: %d, each %.1f s after a beginning of %.1f s; ".formatted(
                        effort.rounds(), effort.measured().toMillis() / 1e3, effort.beginning().toMillis() / 1e3)
                        + "medians and extent of the rounds; no process is pinned to a CPU");
        conditions.forEach(out::println);
        out.println();
        DctcpReport report = new DctcpReport(results, BPF_DCTCP);
        report.print(out);
        out.println();
        Findings findings = new Findings(out);
        report.check(dctcp, findings);
        for (Path file : options.draw(() -> new DctcpChart(results, BPF_DCTCP).picture(conditions), "dctcp")) {
            findings.note("%s", file);
        }
        options.writeJson(json -> {
            json.writeStringField("kernel", System.getProperty("os.version"));
            json.writeStringField("java", Runtime.version().toString());
            json.writeBooleanField("quick", options.quick());
            json.writeNumberField("rounds", effort.rounds());
            json.writeBooleanField("as_expected", findings.asExpected());
            report.write(json);
        });
        return findings.asExpected();
    }
}
