package bpf4j.cli;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfExt;
import bpf4j.btf.core.MinimalBtf;
import bpf4j.elf.ElfFile;
import bpf4j.elf.ElfSection;
import bpf4j.kernel.KernelObjects;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code btf min}: what objects need of a kernel's types. */
@Command(name = "min", header = "Cut a kernel's types down to what objects need.", description = {
    "Keeps the types and members that CO-RE relocations of the objects ask for, as bpftool gen min_core_btf does: a "
        + "few kilobytes to ship for kernels without BTF, to be given to --btf of load. Every relocation gets the "
        + "same answer from it as from the whole."},
        customSynopsis = "bpf4j btf min [-jp] OBJ... [--from SOURCE] -o FILE",
        footer = {
            "",
            "Example:",
            "  bpf4j btf min *.bpf.o --from vmlinux-5.4.btf -o min.btf"})
final class BtfMinCommand extends BtfFileCommand {

    @Option(names = "--from", paramLabel = "SOURCE", defaultValue = "vmlinux", description = {
        "A file with the kernel's types in any form that btf dump takes. Of the running kernel, if nothing is said."})
    private String from;

    BtfMinCommand(Console console, KernelObjects objects) {
        super(console, objects);
    }

    @Override
    int run(Words given) {
        List<Path> files = files(given);
        Btf target = source(from);
        MinimalBtf minimal = new MinimalBtf(target);
        files.forEach(file -> add(file, minimal));
        Btf result = minimal.build(String.valueOf(output().getFileName()));
        finish(List.of(target), result, "%d CO-RE relocations of %d object%s get the same answers."
                .formatted(minimal.relocationCount(), files.size(), files.size() == 1 ? "" : "s"));
        return ExitStatus.DONE;
    }

    private static void add(Path file, MinimalBtf minimal) {
        ElfFile object = InputFile.elf(file);
        Optional<ElfSection> ext = object.section(".BTF.ext");
        if (ext.isEmpty()) {
            return;
        }
        Btf local = types(object, file);
        try {
            minimal.add(local, BtfExt.parse(ext.get().data(), local));
        } catch (RuntimeException e) {
            throw new FailureException(file, Failure.of(e, Optional.empty()));
        }
    }
}
