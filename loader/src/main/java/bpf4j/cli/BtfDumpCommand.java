package bpf4j.cli;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.RawPrinter;
import bpf4j.btf.dump.CDump;
import bpf4j.kernel.KernelObjects;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code btf dump}: the types of a file or of the kernel. */
@Command(name = "dump", header = "Print types, as C or as they are.", description = {
    "Of raw BTF, an object, a kernel image or archive, compressed or not; of the running kernel or one of its modules. "
        + "C is a header that BPF programs include: compiled for BPF, every struct and member has the size and place "
        + "that the types say. Of a module, its own types and those of the kernel that they need."},
        customSynopsis = {
            "bpf4j btf dump [-jp] [--base FILE] SOURCE [--format c|raw|json]",
            "SOURCE: " + BtfSource.SYNOPSIS},
        footer = {
            "",
            "Examples:",
            "  bpf4j btf dump vmlinux --format c > vmlinux.h",
            "  bpf4j btf dump file prog.bpf.o format raw"})
final class BtfDumpCommand extends KernelCommand {

    /** How types can be printed. */
    enum Format {
        RAW, C, JSON;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(names = {"-f", "--format"}, paramLabel = "FORMAT", description = {
        "raw, a line for each type and what belongs to it, if nothing is said; c; or json, which --json means too."})
    private Format format;

    @Option(names = {"-B", "--base"}, paramLabel = "FILE", description = {
        "The types of the kernel that a module's were split from. For the running kernel's modules it is known."})
    private Path base;

    BtfDumpCommand(Console console, KernelObjects objects) {
        super(console, objects);
    }

    @Override
    int run(Words given) {
        Btf btf = new BtfSource(objects(), Optional.ofNullable(base)).next(given);
        Format chosen = format(given);
        given.end();
        switch (chosen) {
            case RAW -> readable(btf, () -> console().out().append(RawPrinter.print(btf)));
            case C -> printC(btf, console());
            case JSON -> readable(btf, () -> print(json -> BtfJson.write(btf, json)));
        }
        return ExitStatus.DONE;
    }

    /** Prints types as C. {@return the exit status} */
    static int printC(Btf btf, Console console) {
        readable(btf, () -> CDump.of(btf).writeTo(console.out()));
        return ExitStatus.DONE;
    }

    private interface Printing {
        void print() throws IOException;
    }

    private static void readable(Btf btf, Printing printing) {
        try {
            printing.print();
        } catch (BtfFormatException e) {
            throw new FailureException(Path.of(btf.name()), Failure.of(e, Optional.empty()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Format format(Words given) {
        if (given.take("format")) {
            String word = given.next("c, raw or json behind 'format'");
            for (Format each : Format.values()) {
                if (each.toString().equals(word)) {
                    return wantsJson() && each == Format.RAW ? Format.JSON : each;
                }
            }
            throw given.wrong("'%s' is no format: c, raw or json.".formatted(word));
        }
        if (format != null) {
            return wantsJson() && format == Format.RAW ? Format.JSON : format;
        }
        return wantsJson() ? Format.JSON : Format.RAW;
    }
}
