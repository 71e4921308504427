package bpf4j.cli;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.rewrite.DistilledBase;
import bpf4j.kernel.KernelObjects;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code btf distill}: a module's types without its kernel's. */
@Command(name = "distill", header = "Cut a module's types loose from its kernel's.", description = {
    "Writes two files that take the place of the kernel's types: FILE with the module's and what they are built of, "
        + "FILE.base with names and sizes of the kernel's that they use. They are what a module has in its sections "
        + ".BTF and .BTF.base; btf relocate puts them onto another kernel's types."},
        customSynopsis = {
            "bpf4j btf distill [-jp] [--base FILE] SOURCE -o FILE",
            "SOURCE: " + BtfSource.SYNOPSIS},
        footer = {
            "",
            "Example:",
            "  bpf4j btf distill --base vmlinux.btf nf_nat.ko -o nf_nat.btf"})
final class BtfDistillCommand extends BtfFileCommand {

    @Option(names = {"-B", "--base"}, paramLabel = "FILE", description = {
        "The types of the kernel that the module's were split from. For the running kernel's modules it is known."})
    private Path base;

    BtfDistillCommand(Console console, KernelObjects objects) {
        super(console, objects);
    }

    @Override
    int run(Words given) {
        Btf module = new BtfSource(objects(), Optional.ofNullable(base)).next(given);
        given.end();
        DistilledBase parts = distilled(module);
        write(output().resolveSibling(output().getFileName() + ".base"),
                parts.base().data().toArray(ValueLayout.JAVA_BYTE));
        finish(List.of(module.base().orElseThrow(), module), parts.split(),
                "%s.base has %d types in %d bytes.".formatted(output().getFileName(), parts.base().typeCount() - 1,
                        parts.base().data().byteSize()));
        return ExitStatus.DONE;
    }

    private static DistilledBase distilled(Btf module) {
        Path name = Path.of(module.name());
        if (module.base().isEmpty()) {
            throw new FailureException(name, Failure.of(
                    new IOException("these types are whole: they were not split from a kernel's"), Optional.empty()));
        }
        try {
            return DistilledBase.of(module);
        } catch (BtfFormatException e) {
            throw new FailureException(name, Failure.of(e, Optional.empty()));
        }
    }
}
