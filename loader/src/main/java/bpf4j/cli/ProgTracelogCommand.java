package bpf4j.cli;

import bpf4j.kernel.KernelObjects;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.ProgramStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code prog tracelog}: what programs print. */
@Command(name = "tracelog", header = "Print what programs say.", description = {
    "The kernel's trace, where bpf_printk writes, as it grows and until Ctrl-C: that of the whole system, and gone for "
        + "other readers. Or what one program has written to a stream of its own by now, which is gone then, too; the "
        + "kernel writes to stderr when it stops a loop that takes too long."},
        customSynopsis = {
            "bpf4j prog tracelog [-jp]",
            "       bpf4j prog tracelog [-jp] stdout|stderr PROGRAM",
            "PROGRAM: id N | pinned PATH | name NAME | tag TAG"},
        footer = {
            "",
            "Examples:",
            "  bpf4j prog tracelog",
            "  bpf4j prog tracelog stderr name redirect"})
final class ProgTracelogCommand extends KernelCommand {

    ProgTracelogCommand(Console console, KernelObjects objects) {
        super(console, objects);
    }

    @Override
    int run(Words given) {
        if (given.isEmpty()) {
            return trace();
        }
        ProgramStream stream = given.take("stdout") ? ProgramStream.BPF_STDOUT
                : given.take("stderr") ? ProgramStream.BPF_STDERR : null;
        if (stream == null) {
            throw given.wrong("'%s' is no stream of a program: stdout or stderr.".formatted(given.next("stream")));
        }
        Selector selector = Selector.required(given, Selector.FOR_PROGRAMS);
        given.end();
        try (LoadedProgram program = selection().program(selector)) {
            byte[] text = program.readStream(stream);
            if (wantsJson()) {
                print(json -> json.writeString(new String(text, StandardCharsets.UTF_8)));
            } else {
                console().out().write(text, 0, text.length);
            }
        }
        return ExitStatus.DONE;
    }

    private int trace() {
        Stay stay = Stay.begin();
        int status = ExitStatus.FAILED;
        try {
            LiveLines lines = new LiveLines(console(), wantsJson());
            try (LiveOutput live = new LiveOutput(lines, stay::stop)) {
                live.openTrace().ifPresent(warning -> console().err().println("bpf4j: " + warning));
                live.start();
                stay.await(Optional.empty());
            }
            status = ExitStatus.DONE;
            return status;
        } finally {
            console().out().flush();
            stay.end(status);
        }
    }
}
