package bpf4j.cli;

import bpf4j.insn.Insn;
import bpf4j.kernel.KernelObjects;
import bpf4j.kernel.LoadedProgram;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code prog dump}: the code of a program in the kernel. */
@Command(name = "dump", header = "Print the code of a program in the kernel.", description = {
    "xlated prints the instructions as the verifier left them, with the C lines that they come from; source prints the "
        + "C lines only; jited prints the machine code, whose bytes it does not disassemble. opcodes adds the bytes of "
        + "instructions, linum the place of each line. file writes the bytes alone and prints nothing.",
    "The file of jited code is read with objdump -D -b binary -m i386:x86-64 FILE, or what the machine is."},
        customSynopsis = {
            "bpf4j prog dump xlated [-jp] PROGRAM [file FILE | opcodes | linum]",
            "       bpf4j prog dump jited [-jp] PROGRAM [file FILE | opcodes | linum]",
            "       bpf4j prog dump source [-jp] PROGRAM [linum]",
            "PROGRAM: id N | pinned PATH | name NAME | tag TAG"},
        footer = {
            "",
            "Examples:",
            "  bpf4j prog dump xlated name redirect linum",
            "  bpf4j prog dump jited id 7 file redirect.bin"})
final class ProgDumpCommand extends KernelCommand {

    private enum Form { XLATED, JITED, SOURCE }

    ProgDumpCommand(Console console, KernelObjects objects) {
        super(console, objects);
    }

    @Override
    int run(Words given) {
        Form form = given.take("xlated") ? Form.XLATED : given.take("jited") ? Form.JITED
                : given.take("source") ? Form.SOURCE : null;
        if (form == null) {
            throw given.wrong("Say what to dump: xlated, jited or source.");
        }
        Selector selector = Selector.required(given, Selector.FOR_PROGRAMS);
        boolean opcodes = false;
        boolean places = false;
        Optional<Path> file = Optional.empty();
        while (!given.isEmpty()) {
            if (form != Form.SOURCE && given.take("opcodes")) {
                opcodes = true;
            } else if (given.take("linum")) {
                places = true;
            } else if (form != Form.SOURCE && given.take("file")) {
                file = Optional.of(Path.of(given.next("file to write")));
            } else {
                given.end();
            }
        }
        if (file.isPresent() && (opcodes || places)) {
            throw given.wrong("opcodes and linum are for what is printed, and a file has bytes only.");
        }
        try (LoadedProgram program = selection().program(selector)) {
            if (file.isPresent()) {
                OutputFile.write(file.get(), form == Form.JITED ? program.jited().image()
                        : Insn.encode(program.xlated().slots(), ByteOrder.nativeOrder()));
                if (wantsJson()) {
                    print(json -> json.writeNull());
                }
            } else if (form == Form.JITED) {
                print(new JitedDump(program.jited(), places));
            } else {
                print(new CodeDump(program.xlated(), form == Form.XLATED, opcodes, places));
            }
        }
        return ExitStatus.DONE;
    }

    private void print(CodeDump dump) {
        if (wantsJson()) {
            print(dump::write);
        } else {
            dump.print(console());
        }
    }

    private void print(JitedDump dump) {
        if (wantsJson()) {
            print(dump::write);
        } else {
            dump.print(console());
        }
    }
}
