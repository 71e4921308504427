package bpf4j.cli;

import bpf4j.btf.BtfFormatException;
import bpf4j.object.BpfFunction;
import bpf4j.object.BpfObject;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code disasm}: the instructions of an object. */
@Command(name = "disasm", header = "Print instructions with symbols and C lines.", description = {
    "Print the instructions of an object as they stand in the file, before relocation, with the names that they refer "
        + "to and the C lines that they come from. Needs neither a kernel nor privileges."},
        footer = {
            "",
            "Examples:",
            "  bpf4j disasm sockmap.bpf.o",
            "  bpf4j disasm sockmap.bpf.o redirect"})
final class DisasmCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(index = "0", paramLabel = "OBJ", description = "BPF object file.")
    private Path file;

    @Parameters(index = "1", arity = "0..1", paramLabel = "PROGRAM", description = {
        "A program or subprogram: only that, and the subprograms that it uses."})
    private String program;

    DisasmCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        BpfObject object = InputFile.object(file);
        try {
            return print(object);
        } catch (BtfFormatException | NoSuchElementException e) {
            throw new FailureException(file, Failure.of(e, Optional.of(object)));
        }
    }

    private int print(BpfObject object) {
        CodeListing listing = new CodeListing(object, console.out());
        boolean first = true;
        for (BpfFunction function : chosen(object)) {
            if (!first) {
                console.out().println();
            }
            first = false;
            listing.print(function);
            if (console.out().checkError()) {
                return ExitStatus.FAILED;
            }
        }
        return ExitStatus.DONE;
    }

    private List<BpfFunction> chosen(BpfObject object) {
        if (program == null) {
            return object.functions();
        }
        SequencedSet<BpfFunction> chosen = new LinkedHashSet<>();
        object.functions().stream().filter(f -> f.name().equals(program))
                .forEach(function -> chosen.addAll(CallGraph.from(object, function)));
        if (chosen.isEmpty()) {
            throw new NoSuchElementException("no program '%s', only %s".formatted(program,
                    String.join(", ", object.functions().stream().map(BpfFunction::name).toList())));
        }
        return List.copyOf(chosen);
    }
}
