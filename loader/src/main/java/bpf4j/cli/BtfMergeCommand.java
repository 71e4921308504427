package bpf4j.cli;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfFormatException;
import bpf4j.btf.rewrite.BtfMerge;
import bpf4j.kernel.KernelObjects;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code btf merge}: one BTF out of several. */
@Command(name = "merge", header = "Make one BTF of several, with each type once.", description = {
    "Types are the same if their names, sizes, members and the types of those are; a declaration and what it declares "
        + "are, too. Of one source alone, its duplicates are merged. Variables keep apart, sections of one name are "
        + "joined. Line numbers and relocations of objects are left out."},
        customSynopsis = {
            "bpf4j btf merge [-jp] SOURCE... -o FILE",
            "SOURCE: " + BtfSource.SYNOPSIS},
        footer = {
            "",
            "Example:",
            "  bpf4j btf merge *.bpf.o -o types.btf"})
final class BtfMergeCommand extends BtfFileCommand {

    BtfMergeCommand(Console console, KernelObjects objects) {
        super(console, objects);
    }

    @Override
    int run(Words given) {
        BtfSource source = new BtfSource(objects(), Optional.empty());
        List<Btf> inputs = new ArrayList<>();
        BtfMerge merge = new BtfMerge();
        do {
            Btf input = source.next(given);
            inputs.add(input);
            try {
                merge.add(input);
            } catch (BtfFormatException e) {
                throw new FailureException(Path.of(input.name()), Failure.of(e, Optional.empty()));
            }
        } while (!given.isEmpty());
        Btf result = merge.build(String.valueOf(output().getFileName()));
        int types = inputs.stream().mapToInt(input -> input.typeCount() - 1).sum();
        finish(inputs, result, "%d of %d types were there already.".formatted(types - ownTypes(result), types));
        return ExitStatus.DONE;
    }
}
