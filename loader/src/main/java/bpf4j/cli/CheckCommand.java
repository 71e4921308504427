package bpf4j.cli;

import bpf4j.btf.BtfFormatException;
import bpf4j.check.Check;
import bpf4j.check.CheckReport;
import bpf4j.check.KernelSource;
import bpf4j.check.KernelSources;
import bpf4j.check.TargetKernel;
import bpf4j.check.Verdict;
import bpf4j.elf.ElfFormatException;
import bpf4j.object.BpfObject;
import bpf4j.object.ObjectFormatException;
import bpf4j.reloc.Kconfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code check}: can these objects be loaded into these kernels? */
@Command(name = "check", header = "Say whether objects can be loaded into kernels, without loading.", description = {
    "For each object and kernel: what becomes of CO-RE relocations, externs, struct_ops members, maps and programs, "
        + "and a verdict. Needs no privileges, and no kernel but the files. What the verifier makes of the code is not "
        + "foreseen, except that it refuses instructions whose relocation has no answer, where no test guards them.",
    "What stands against a load is always told, and with -v or --json everything else that was looked at. The exit "
        + "status is 0 if no pair fails, and 1 if one does or a kernel cannot be read."},
        footer = {
            "",
            "Examples:",
            "  bpf4j check tool.bpf.o                               on the running kernel",
            "  bpf4j check *.bpf.o --kernel vmlinuz-5.15 linux-image-6.1.deb btfhub/ubuntu/",
            "  bpf4j check --json *.bpf.o --kernel kernels/ | jq 'select(.verdict==\"fails\")'"})
final class CheckCommand implements Callable<Integer> {

    private final Console console;
    private final CommonOptions common;
    private final Complaints complaints;

    @Parameters(paramLabel = "OBJ", arity = "1..*", description = "BPF object files.")
    private List<Path> files;

    @Option(names = "--kernel", paramLabel = "K", arity = "1..*", description = {
        "Kernels: 'running', raw BTF, a vmlinux, a kernel image, a Debian package, an archive of BTFHub, or a folder "
            + "of them. A module (.ko) belongs to the kernel before it. Without this, the running kernel."})
    private List<String> kernels = List.of(KernelSources.RUNNING);

    @Option(names = "--config", paramLabel = "FILE", description = {
        "The configuration of the kernels that bring none themselves."})
    private Path config;

    @Option(names = "--strict", description = "Let a verdict that is unknown count as a failure.")
    private boolean strict;

    @Option(names = "--json", description = "Print one line of JSON for each pair, and nothing else to stdout.")
    private boolean json;

    CheckCommand(Console console, Complaints complaints, CommonOptions common) {
        this.console = console;
        this.complaints = complaints;
        this.common = common;
    }

    /** An object, or why it is none. */
    private record Input(String name, Optional<BpfObject> object, String problem) {
    }

    @Override
    public Integer call() {
        List<Input> objects = files.stream().map(CheckCommand::read).toList();
        List<KernelSource> sources = sources();
        CheckText text = new CheckText(console, common.verbose(),
                !common.verbose() && objects.size() * sources.size() > 1);
        boolean good = true;
        for (KernelSource source : sources) {
            Optional<TargetKernel> kernel = open(source);
            good &= kernel.isPresent();
            if (kernel.isEmpty()) {
                text.unreadable(source.name());
                continue;
            }
            for (Input input : objects) {
                CheckReport report = input.object.isPresent() ? named(input, Check.of(input.object.get(), kernel.get()))
                        : Check.unreadable(input.name, source.name(), input.problem);
                good &= report.verdict() == Verdict.LOADS || report.verdict() == Verdict.UNKNOWN && !strict;
                if (json) {
                    CheckJson.print(console.out(), report);
                } else {
                    text.print(report);
                }
                if (console.out().checkError()) {
                    return ExitStatus.FAILED;
                }
            }
        }
        if (!json) {
            text.matrix();
        }
        return good ? ExitStatus.DONE : ExitStatus.FAILED;
    }

    /** Reports call an object by its file. */
    private static CheckReport named(Input input, CheckReport report) {
        return new CheckReport(input.name, report.kernel(), report.relocations(), report.guards(), report.externs(),
                report.structOps(), report.findings());
    }

    private static Input read(Path file) {
        String name = file.getFileName().toString();
        try {
            return new Input(name, Optional.of(BpfObject.read(InputFile.check(file))), "");
        } catch (IOException e) {
            return new Input(name, Optional.empty(), Failure.message(e));
        } catch (ElfFormatException | BtfFormatException | ObjectFormatException e) {
            return new Input(name, Optional.empty(), e.getMessage());
        }
    }

    private List<KernelSource> sources() {
        try {
            return KernelSources.find(kernels);
        } catch (NoSuchFileException e) {
            throw new FailureException(Path.of(e.getFile()), Failure.of(e, Optional.empty()));
        } catch (IOException e) {
            throw new FailureException(Path.of(String.join(" ", kernels)), Failure.of(e, Optional.empty()));
        }
    }

    private Optional<TargetKernel> open(KernelSource source) {
        try {
            TargetKernel kernel = source.open();
            // Asked for now, so that a kernel without types is told once and not for every object.
            kernel.types().vmlinux();
            return Optional.of(config == null || kernel.config().isPresent() ? kernel
                    : kernel.withConfig(readConfig()));
        } catch (IOException | RuntimeException e) {
            complaints.print(Path.of(source.name()), Failure.of(e, Optional.empty()));
            return Optional.empty();
        }
    }

    private Kconfig readConfig() throws IOException {
        try (InputStream in = Files.newInputStream(InputFile.check(config))) {
            return Kconfig.read(in, config.toString());
        }
    }
}
