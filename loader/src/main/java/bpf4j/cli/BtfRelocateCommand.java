package bpf4j.cli;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.rewrite.BaseMismatchException;
import bpf4j.btf.rewrite.BaseRelocation;
import bpf4j.kernel.KernelObjects;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code btf relocate}: a module's types on another kernel's. */
@Command(name = "relocate", header = "Put a module's types onto another kernel's.", description = {
    "Of a module with .BTF.base, or of a file that btf distill wrote with the other that it wrote. Kernel types are "
        + "found by name and size, as the kernel does when it loads such a module."},
        customSynopsis = {
            "bpf4j btf relocate [-jp] [--base FILE] SOURCE --to SOURCE -o FILE",
            "SOURCE: " + BtfSource.SYNOPSIS},
        footer = {
            "",
            "Example:",
            "  bpf4j btf relocate --base a.btf.base a.btf --to vmlinux -o b.btf"})
final class BtfRelocateCommand extends BtfFileCommand {

    @Option(names = {"-B", "--base"}, paramLabel = "FILE", description = {
        "The distilled base, if the source does not have it itself."})
    private Path base;

    @Option(names = "--to", paramLabel = "SOURCE", defaultValue = "vmlinux", description = {
        "The kernel's types. Of the running kernel, if nothing is said."})
    private String target;

    BtfRelocateCommand(Console console, KernelObjects objects) {
        super(console, objects);
    }

    @Override
    int run(Words given) {
        Btf module = new BtfSource(objects(), Optional.ofNullable(base)).next(given);
        given.end();
        Btf kernel = source(target);
        Btf result = relocated(module, kernel);
        finish(List.of(module, kernel), result, "%d types of %s were found in %s.".formatted(
                module.firstOwnId() - 1, module.base().orElseThrow().name(), kernel.name()));
        return ExitStatus.DONE;
    }

    private static Btf relocated(Btf module, Btf kernel) {
        Path name = Path.of(module.name());
        if (module.base().isEmpty()) {
            throw new FailureException(name, Failure.of(
                    new IOException("these types are whole: they have no base to be exchanged"), Optional.empty()));
        }
        try {
            return BaseRelocation.of(module, kernel);
        } catch (BtfFormatException | BaseMismatchException e) {
            throw new FailureException(name, Failure.of(e, Optional.empty()));
        }
    }
}
