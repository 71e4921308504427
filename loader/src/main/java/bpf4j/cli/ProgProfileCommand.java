package bpf4j.cli;

import bpf4j.kernel.KernelObjects;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.ProgramInfo;
import bpf4j.kernel.RunStatistics;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code prog profile}: how often and for how long a program runs. */
@Command(name = "profile", header = "Count how often and for how long a program runs.", description = {
    "The kernel counts as long as this goes on: so many seconds, or until Ctrl-C. That costs every run of every "
        + "program some 20 ns. CPU is the share of one processor. Hardware events are not counted."},
        customSynopsis = {
            "bpf4j prog profile [-jp] PROGRAM [duration SECONDS]",
            "PROGRAM: id N | pinned PATH | name NAME | tag TAG"},
        footer = {
            "",
            "Example:",
            "  bpf4j prog profile name redirect duration 10"})
final class ProgProfileCommand extends KernelCommand {

    ProgProfileCommand(Console console, KernelObjects objects) {
        super(console, objects);
    }

    /** What was counted. */
    private record Counts(long runs, long runNanos, long recursionMisses, long nanos) {

        static Counts of(ProgramInfo before, ProgramInfo after, long nanos) {
            return new Counts(after.runCount() - before.runCount(), after.runTimeNanos() - before.runTimeNanos(),
                    after.recursionMisses() - before.recursionMisses(), nanos);
        }

        long nanosPerRun() {
            return runs == 0 ? 0 : runNanos / runs;
        }
    }

    @Override
    int run(Words given) {
        Selector selector = Selector.required(given, Selector.FOR_PROGRAMS);
        Optional<Duration> duration = given.take("duration")
                ? Optional.of(Duration.ofSeconds(given.number("number of seconds"))) : Optional.empty();
        given.end();
        Stay stay = Stay.begin();
        int status = ExitStatus.FAILED;
        try (LoadedProgram program = selection().program(selector)) {
            print(program, counted(program, stay, duration));
            status = ExitStatus.DONE;
            return status;
        } finally {
            console().out().flush();
            stay.end(status);
        }
    }

    private static Counts counted(LoadedProgram program, Stay stay, Optional<Duration> duration) {
        try (RunStatistics _ = RunStatistics.enable()) {
            ProgramInfo before = program.info();
            long start = System.nanoTime();
            stay.await(duration);
            return Counts.of(before, program.info(), System.nanoTime() - start);
        }
    }

    private void print(LoadedProgram program, Counts counts) {
        if (wantsJson()) {
            print(json -> {
                json.writeStartObject();
                json.writeNumberField("id", program.info().id());
                json.writeStringField("name", program.name());
                json.writeNumberField("duration_ns", counts.nanos);
                json.writeNumberField("run_cnt", counts.runs);
                json.writeNumberField("run_time_ns", counts.runNanos);
                json.writeNumberField("recursion_misses", counts.recursionMisses);
                json.writeEndObject();
            });
        } else {
            console().print(new Table("RUNS", "NS/RUN", "CPU", "MISSES").row(counts.runs, counts.nanosPerRun(),
                    String.format(Locale.ROOT, "%.3f%%", 100.0 * counts.runNanos / Math.max(1, counts.nanos)),
                    counts.recursionMisses));
        }
    }
}
