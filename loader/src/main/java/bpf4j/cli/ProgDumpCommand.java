package bpf4j.cli;

import bpf4j.kernel.KernelObjects;
import bpf4j.kernel.LoadedProgram;
import picocli.CommandLine.Command;

/** {@code prog dump}: the code of a program in the kernel. */
@Command(name = "dump", header = "Print the code of a program in the kernel.", description = {
    "xlated prints the instructions as the verifier left them, with the C lines that they come from; source prints the "
        + "C lines only. opcodes adds the bytes, linum the place of each line."},
        customSynopsis = {
            "bpf4j prog dump xlated [-jp] PROGRAM [opcodes] [linum]",
            "       bpf4j prog dump source [-jp] PROGRAM [linum]",
            "PROGRAM: id N | pinned PATH | name NAME | tag TAG"},
        footer = {
            "",
            "Example:",
            "  bpf4j prog dump xlated name redirect linum"})
final class ProgDumpCommand extends KernelCommand {

    ProgDumpCommand(Console console, KernelObjects objects) {
        super(console, objects);
    }

    @Override
    int run(Words given) {
        boolean code = given.take("xlated");
        if (!code && !given.take("source")) {
            throw given.wrong("Say what to dump: xlated or source.");
        }
        Selector selector = Selector.required(given, Selector.FOR_PROGRAMS);
        boolean opcodes = false;
        boolean places = false;
        while (!given.isEmpty()) {
            if (code && given.take("opcodes")) {
                opcodes = true;
            } else if (given.take("linum")) {
                places = true;
            } else {
                given.end();
            }
        }
        try (LoadedProgram program = selection().program(selector)) {
            CodeDump dump = new CodeDump(program.xlated(), code, opcodes, places);
            if (wantsJson()) {
                print(dump::write);
            } else {
                dump.print(console());
            }
        }
        return ExitStatus.DONE;
    }
}
