package bpf4j.cli;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.diff.BtfDiff;
import bpf4j.btf.diff.TypeDifference;
import bpf4j.btf.diff.TypeDifference.Change;
import bpf4j.kernel.KernelObjects;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code btf diff}: what two sets of types do not have in common. */
@Command(name = "diff", header = "Compare two sets of types.", description = {
    "Structs, unions, enumerations, typedefs, functions and variables by their names: which came and went, and "
        + "of the others which members moved, have another size or another type. With names behind the two, "
        + "only of those. The exit status is 0 if nothing differs, and 1 if something does."},
        customSynopsis = {
            "bpf4j btf diff [-jp] [--base FILE] SOURCE SOURCE [NAME...]",
            "SOURCE: " + BtfSource.SYNOPSIS},
        footer = {
            "",
            "Example:",
            "  bpf4j btf diff /boot/vmlinuz-6.1.0-56-amd64 vmlinux tcp_sock"})
final class BtfDiffCommand extends KernelCommand {

    @Option(names = {"-B", "--base"}, paramLabel = "FILE", description = {
        "The types of the kernel that two modules' were split from. For the running kernel's modules it is known."})
    private Path base;

    BtfDiffCommand(Console console, KernelObjects objects) {
        super(console, objects);
    }

    @Override
    int run(Words given) {
        BtfSource source = new BtfSource(objects(), Optional.ofNullable(base));
        Btf before = source.next(given);
        Btf after = source.next(given);
        List<String> names = new ArrayList<>();
        while (!given.isEmpty()) {
            names.add(given.next("name"));
        }
        List<TypeDifference> differences;
        try {
            differences = BtfDiff.between(before, after, names);
        } catch (BtfFormatException e) {
            throw new FailureException(Path.of(before.name()), Failure.of(e, Optional.empty()));
        }
        if (wantsJson()) {
            printList(false, differences, BtfDiffCommand::write);
        } else if (!differences.isEmpty()) {
            console().print(table(differences));
            console().out().println(summary(differences));
        }
        return differences.isEmpty() ? ExitStatus.DONE : ExitStatus.FAILED;
    }

    private static Table table(List<TypeDifference> differences) {
        Table table = new Table("KIND", "NAME", "PART", "CHANGE", "DETAIL");
        for (TypeDifference difference : differences) {
            String name = difference.name().isEmpty() ? "(anonymous)" : difference.name();
            if (difference.change() != Change.CHANGED) {
                table.row(difference.kind(), name, "", difference.change(), "");
            }
            for (TypeDifference.Part part : difference.parts()) {
                table.row(difference.kind(), name, part.name(), part.change(), detail(part));
            }
        }
        return table;
    }

    private static String detail(TypeDifference.Part part) {
        boolean both = !part.before().isEmpty() && !part.after().isEmpty();
        return part.before() + (both ? " -> " : "") + part.after();
    }

    private static String summary(List<TypeDifference> differences) {
        return "%d added, %d removed, %d changed".formatted(count(differences, Change.ADDED),
                count(differences, Change.REMOVED), count(differences, Change.CHANGED));
    }

    private static long count(List<TypeDifference> differences, Change change) {
        return differences.stream().filter(d -> d.change() == change).count();
    }

    private static void write(TypeDifference difference, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("kind", difference.kind().toString());
        json.writeStringField("name", difference.name());
        json.writeStringField("change", difference.change().toString());
        json.writeArrayFieldStart("parts");
        for (TypeDifference.Part part : difference.parts()) {
            json.writeStartObject();
            json.writeStringField("name", part.name());
            json.writeStringField("change", part.change().toString());
            json.writeStringField("before", part.before());
            json.writeStringField("after", part.after());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
