package bpf4j.cli;

import bpf4j.btf.BtfFormatException;
import bpf4j.btf.KernelTypes;
import bpf4j.btf.structops.LocalStructOps;
import bpf4j.btf.structops.StructOpsException;
import bpf4j.btf.structops.StructOpsMatcher;
import bpf4j.elf.ElfFile;
import bpf4j.image.BtfFile;
import bpf4j.kernel.KernelBtf;
import bpf4j.kernel.KernelException;
import bpf4j.object.BpfObject;
import bpf4j.object.MapContents;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code inspect}: what an object declares. */
@Command(name = "inspect", header = "Print what an object declares.", description = {
    "Sections, programs, maps, variables, externs, CO-RE relocations as C paths, and "
        + "struct_ops members with their values. Needs no privileges, and a kernel only to say what becomes of "
        + "struct_ops members there."},
        footer = {
            "",
            "Example:",
            "  bpf4j inspect dctcp.bpf.o"})
final class InspectCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(paramLabel = "OBJ", description = "BPF object file.")
    private Path file;

    @Option(names = "--btf", paramLabel = "FILE", description = {
        "Match struct_ops with the types in FILE instead of the running kernel's: raw BTF, an ELF file or a kernel "
            + "image, compressed or not."})
    private Path btfFile;

    InspectCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        ElfFile elf = InputFile.elf(file);
        KernelTypes kernel = kernelTypes();
        try {
            print(elf, BpfObject.parse(elf), kernel);
        } catch (RuntimeException e) {
            throw new FailureException(file, Failure.of(e, Optional.empty()));
        }
        return ExitStatus.DONE;
    }

    private void print(ElfFile elf, BpfObject object, KernelTypes kernel) {
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
        object.structOps().forEach(map -> {
            if (map.contents() instanceof MapContents.StructOps(LocalStructOps variable, _)) {
                print(StructOpsTable.title(map), variable, kernel);
            }
        });
    }

    private KernelTypes kernelTypes() {
        if (btfFile == null) {
            return KernelBtf.shared();
        }
        try {
            return KernelTypes.of(BtfFile.read(InputFile.check(btfFile)));
        } catch (IOException | RuntimeException e) {
            throw new FailureException(btfFile, Failure.of(e, Optional.empty()));
        }
    }

    /** An object can be looked at where its kernel is not. */
    private void print(String title, LocalStructOps variable, KernelTypes kernel) {
        try {
            print(title, StructOpsTable.of(variable, Optional.of(StructOpsMatcher.match(variable, kernel))));
        } catch (StructOpsException | BtfFormatException | KernelException e) {
            print(title, StructOpsTable.of(variable, Optional.empty()));
            console.out().println("  Not matched with a kernel: " + e.getMessage());
        }
    }

    private void print(String title, Table table) {
        if (!table.isEmpty()) {
            console.out().println();
            console.out().println(title);
            console.print(table);
        }
    }
}
