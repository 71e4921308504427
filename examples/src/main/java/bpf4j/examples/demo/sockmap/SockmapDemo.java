package bpf4j.examples.demo.sockmap;

import bpf4j.examples.BundledObject;
import bpf4j.examples.Findings;
import bpf4j.examples.demo.ChildJvm;
import bpf4j.examples.demo.DemoOptions;
import bpf4j.examples.demo.Progress;
import bpf4j.examples.host.Cgroup;
import bpf4j.kernel.LoadedObject;
import bpf4j.link.Link;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * An echo server and a client, each a process of its own, in a cgroup that is made for them. In each round each kind of
 * connection is measured twice, right after each other: as TCP has it, without any program attached, and with the
 * programs that send what is written on one socket straight to the other.
 */
@Command(
        name = "sockmap",
        description = {
            "Measures the round trips of a local TCP connection, plain and redirected by a sockmap.",
            "Needs root and Linux 5.7. Writes sockmap.svg and sockmap.png."})
public final class SockmapDemo implements Callable<Integer> {

    private static final Pattern CPU_PAIR = Pattern.compile("([0-9]{1,4}),([0-9]{1,4})");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** How long to measure: how often each case, and each time how long before it counts and then. */
    private record Effort(int rounds, Duration start, Duration warmUp, Duration measured) {

        static final Effort USUAL = new Effort(7, Duration.ofSeconds(2), Duration.ofMillis(100),
                Duration.ofMillis(300));
        static final Effort QUICK = new Effort(3, Duration.ofMillis(300), Duration.ofMillis(10), Duration.ofMillis(20));
    }

    /** Where both ends run: at most one of these. */
    private static final class Where {

        @Option(names = "--cpus", paramLabel = "SERVER,CLIENT",
                description = "The CPUs for the two processes; one for both unless told.")
        private String cpus;

        @Option(names = "--no-pin",
                description = "Let the kernel move the processes between CPUs: round trips then come in two"
                        + " kinds, with both ends on one CPU and on two.")
        private boolean free;
    }

    private final PrintStream err;

    @Mixin
    private DemoOptions options;

    @ArgGroup
    private Where where;

    @Spec
    private CommandSpec spec;

    /**
     * Makes the command.
     *
     * @param err where warnings go
     */
    public SockmapDemo(PrintStream err) {
        this.err = err;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Placement placement = placement();
        // What is refused is so by the kernel first: that says most.
        try (LoadedObject sockmap = BundledObject.read("sockmap.bpf.o").load()) {
            options.requireWritable();
            Results results = measure(sockmap, placement);
            return report(results, sockmap, placement) ? 0 : 1;
        }
    }

    private Placement placement() throws IOException {
        if (where != null && where.free) {
            return Placement.FREE;
        }
        if (where == null || where.cpus == null) {
            return Placement.together();
        }
        Matcher pair = CPU_PAIR.matcher(where.cpus);
        if (!pair.matches()) {
            throw new ParameterException(spec.commandLine(), "--cpus takes two numbers, as in --cpus 0,1");
        }
        return Placement.on(Integer.parseInt(pair.group(1)), Integer.parseInt(pair.group(2)));
    }

    private Results measure(LoadedObject sockmap, Placement placement) throws IOException, InterruptedException {
        Effort effort = options.quick() ? Effort.QUICK : Effort.USUAL;
        try (Cgroup cgroup = Cgroup.create("bpf4j-demo-sockmap");
                ChildJvm server = start(EchoServer.class, cgroup, placement.server().stream().toList());
                ChildJvm client = start(EchoClient.class, cgroup, placement.client().stream().toList());
                Progress progress = Progress.onTerminal(1 + effort.rounds() * Case.all().size())) {
            int port = Integer.parseInt(server.answer(PATIENCE));
            Measuring measuring = new Measuring(sockmap, cgroup, client, port);
            progress.next("warming up");
            for (Way way : Way.values()) {
                measuring.run(way, Case.all().getLast(), effort.start().dividedBy(2), Duration.ZERO);
                measuring.run(way, Case.all().getFirst(), effort.start(), Duration.ZERO);
            }
            Results results = new Results();
            for (int round = 1; round <= effort.rounds(); round++) {
                for (Case content : Case.all()) {
                    progress.next("round %d of %d: %s%s".formatted(round, effort.rounds(),
                            Case.sizeText(content.sizeBytes()), content.noDelay() ? ", TCP_NODELAY" : ""));
                    for (Way way : Way.values()) {
                        results.add(content, way, measuring.run(way, content, effort.warmUp(), effort.measured()));
                    }
                }
            }
            return results;
        }
    }

    private static ChildJvm start(Class<?> main, Cgroup cgroup, List<Integer> cpu) throws IOException {
        return cpu.isEmpty() ? ChildJvm.start(List.of(), main, cgroup.folder().toString())
                : ChildJvm.start(List.of(), main, cgroup.folder().toString(), cpu.getFirst().toString());
    }

    /** One connection at a time. */
    private record Measuring(LoadedObject sockmap, Cgroup cgroup, ChildJvm client, int port) {

        RoundTrips run(Way way, Case content, Duration warmUp, Duration measured)
                throws IOException, InterruptedException {
            return switch (way) {
                case TCP -> talk(content, warmUp, measured);
                case REDIRECTED -> {
                    try (Link _ = sockmap.program("file_established").attachToCgroup(cgroup.folder());
                            Link _ = sockmap.program("redirect").attachToSockmap(sockmap.map("sockets"))) {
                        yield talk(content, warmUp, measured);
                    }
                }
            };
        }

        private RoundTrips talk(Case content, Duration warmUp, Duration measured)
                throws IOException, InterruptedException {
            client.tell(new EchoClient.Order(port, content, warmUp.toNanos(), measured.toNanos()).line());
            return RoundTrips.parse(client.answer(PATIENCE));
        }
    }

    private boolean report(Results results, LoadedObject sockmap, Placement placement) throws IOException {
        PrintStream out = options.report();
        int rounds = results.rounds(results.cases().getFirst(), Way.TCP).size();
        List<String> conditions = List.of(
                "Linux %s, Java %s; %s; medians of %d rounds in which both ways take turns, and the rounds' extent"
                        .formatted(System.getProperty("os.version"), Runtime.version().feature(), placement.text(),
                                rounds),
                "One request is under way at a time. Both ends are Java processes that call send and recv through the"
                        + " foreign function interface, with the same options.");
        conditions.forEach(out::println);
        if (placement.equals(Placement.FREE)) {
            err.println("Not pinned: the kernel puts both ends on one CPU or on two as it likes, and these are two"
                    + " different measurements; the extents show it.");
        }
        out.println();
        SockmapReport.print(results, out);
        out.println();
        Findings findings = new Findings(out);
        SockmapReport.check(results, sockmap, findings);
        for (Path file : options.draw(() -> new SockmapChart(results).picture(conditions), "sockmap")) {
            findings.note("%s", file);
        }
        options.writeJson(json -> {
            json.writeStringField("kernel", System.getProperty("os.version"));
            json.writeStringField("java", Runtime.version().toString());
            json.writeStringField("placement", placement.text());
            json.writeBooleanField("quick", options.quick());
            json.writeNumberField("rounds", rounds);
            json.writeBooleanField("as_expected", findings.asExpected());
            SockmapReport.write(results, json);
        });
        return findings.asExpected();
    }
}
