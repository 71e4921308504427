package bpf4j.cli;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.KernelObjects;
import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import bpf4j.link.IterLink;
import bpf4j.link.IterScope;
import bpf4j.object.AttachType;
import bpf4j.object.BpfObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code iter pin}: an iterator as a file. */
@Command(name = "pin", header = "Load an iterator and pin it as a file to read.", description = {
    "Each time the file is read, the program goes over the kernel's objects and writes what is read: over all of its "
        + "kind, or for programs on elements of maps over those of MAP. Removing the file ends it. Of several "
        + "iterators in OBJ, program says which."},
        customSynopsis = {
            "bpf4j iter pin [-jp] OBJ FILE [map MAP] [program NAME]",
            "MAP: id N | pinned PATH | name NAME"},
        footer = {
            "",
            "Example:",
            "  bpf4j iter pin tasks.bpf.o /sys/fs/bpf/tasks && cat /sys/fs/bpf/tasks"})
final class IterPinCommand extends KernelCommand {

    IterPinCommand(Console console, KernelObjects objects) {
        super(console, objects);
    }

    @Override
    int run(Words given) {
        Path file = Path.of(given.next("object file"));
        Path pin = Path.of(given.next("file to pin to"));
        Optional<Selector> selector = given.take("map") ? Optional.of(Selector.required(given, Selector.FOR_MAPS))
                : Optional.empty();
        Optional<String> name = given.take("program") ? Optional.of(given.next("name of a program")) : Optional.empty();
        given.end();
        BpfObject object = InputFile.object(file);
        try (LoadedObject loaded = object.load()) {
            List<LoadedProgram> iterators = loaded.programs().stream()
                    .filter(p -> p.attachType().equals(Optional.of(AttachType.BPF_TRACE_ITER)))
                    .filter(p -> name.isEmpty() || name.get().equals(p.name())).toList();
            if (iterators.size() != 1) {
                throw new KernelException(Step.ATTACH, file.toString(), 0, "it has %d iterators%s, and this is for one"
                        .formatted(iterators.size(), name.map(n -> " of the name " + n).orElse("")));
            }
            if (selector.isPresent()) {
                try (LoadedMap map = selection().map(selector.get())) {
                    pin(iterators.getFirst(), new IterScope.MapElements(map), pin);
                }
            } else {
                pin(iterators.getFirst(), new IterScope.Everything(), pin);
            }
        } catch (RuntimeException e) {
            throw new FailureException(file, Failure.of(e, Optional.of(object)));
        }
        if (wantsJson()) {
            print(json -> json.writeNull());
        }
        return ExitStatus.DONE;
    }

    private static void pin(LoadedProgram program, IterScope scope, Path file) {
        try (IterLink link = IterLink.attach(program, scope)) {
            link.pin(file);
        }
    }
}
