package bpf4j.cli;

import bpf4j.elf.ElfFile;
import bpf4j.object.BpfObject;
import java.io.PrintStream;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code inspect}: what an object declares. */
@Command(name = "inspect", header = "Print what an object declares.", description = {
    "Sections, programs, maps, variables, externs, CO-RE relocations as C paths, and "
        + "struct_ops members with their values. Needs neither a kernel nor privileges."},
        footer = {
            "",
            "Example:",
            "  bpf4j inspect dctcp.bpf.o"})
final class InspectCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(paramLabel = "OBJ", description = "BPF object file.")
    private Path file;

    InspectCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        ElfFile elf = InputFile.elf(file);
        try {
            print(elf, BpfObject.parse(elf));
        } catch (RuntimeException e) {
            throw new FailureException(file, Failure.of(e, Optional.empty()));
        }
        return ExitStatus.DONE;
    }

    private void print(ElfFile elf, BpfObject object) {
        PrintStream out = console.out();
        out.println("%s: %s, %s".formatted(file.getFileName(),
                object.order() == ByteOrder.LITTLE_ENDIAN ? "little-endian" : "big-endian",
                object.license().isEmpty() ? "no license" : "license " + object.license()));
        ObjectTables tables = new ObjectTables(object);
        print("Sections", ObjectTables.sections(elf));
        print("Programs", tables.programs());
        print("Subprograms", tables.subprograms());
        print("Maps", tables.maps());
        print("Variables", tables.variables());
        print("Externs", tables.externs());
        print("CO-RE relocations", tables.coreRelocations());
        object.structOps().forEach(map -> print(StructOpsTable.title(map), StructOpsTable.of(map)));
    }

    private void print(String title, Table table) {
        if (!table.isEmpty()) {
            console.out().println();
            console.out().println(title);
            console.print(table);
        }
    }
}
