package bpf4j.cli;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.KernelObjects;
import bpf4j.kernel.LoadedObject;
import bpf4j.kernel.LoadedStructOps;
import bpf4j.kernel.Step;
import bpf4j.link.DirectAttachment;
import bpf4j.link.KernelLink;
import bpf4j.link.Link;
import bpf4j.object.BpfObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code struct_ops register}: registers an object's variables, for good. */
@Command(name = "register", header = "Load an object and register its struct_ops.", description = {
    "They stay registered when the command has ended. A variable of .struct_ops.link is registered by a link, which is "
        + "pinned under the variable's name in DIR: removing that file ends it. If one is refused, none is "
        + "registered."},
        customSynopsis = "bpf4j struct_ops register [-jp] OBJ [DIR]",
        footer = {
            "",
            "Examples:",
            "  bpf4j struct_ops register dctcp.bpf.o",
            "  bpf4j struct_ops register dctcp_link.bpf.o /sys/fs/bpf/dctcp"})
final class StructOpsRegisterCommand extends KernelCommand {

    StructOpsRegisterCommand(Console console, KernelObjects objects) {
        super(console, objects);
    }

    @Override
    int run(Words given) {
        Path file = Path.of(given.next("object file"));
        Optional<Path> folder = given.isEmpty() ? Optional.empty() : Optional.of(Path.of(given.next("folder")));
        given.end();
        BpfObject object = InputFile.object(file);
        try (LoadedObject loaded = object.load()) {
            if (loaded.structOps().isEmpty()) {
                throw new KernelException(Step.ATTACH, file.toString(), 0, "it has no struct_ops variables");
            }
            List<StructOpsListing> registered = loaded.structOps().stream()
                    .map(each -> StructOpsListing.of(objects(), each.map().info())).toList();
            register(loaded, folder);
            if (wantsJson()) {
                printList(false, registered, StructOpsListing::write);
            } else {
                registered.forEach(each -> console().out().println("Registered %s %s id %d".formatted(each.struct(),
                        each.info().name(), each.info().id())));
            }
        } catch (RuntimeException e) {
            throw new FailureException(file, Failure.of(e, Optional.of(object)));
        }
        return ExitStatus.DONE;
    }

    private static void register(LoadedObject loaded, Optional<Path> folder) {
        List<Link> links = new ArrayList<>();
        try {
            for (LoadedStructOps structOps : loaded.structOps()) {
                if (structOps.isLink() && folder.isEmpty()) {
                    throw new KernelException(Step.PIN, structOps.toString(), 0,
                            "it is registered by a link, which ends with this command: name a folder to pin it in");
                }
                Link link = structOps.attach();
                links.add(link);
                if (link instanceof KernelLink) {
                    link.pin(folder.orElseThrow().resolve(structOps.name()));
                }
            }
        } catch (RuntimeException e) {
            links.reversed().forEach(StructOpsRegisterCommand::end);
            throw e;
        }
        for (Link link : links) {
            switch (link) {
                case KernelLink pinned -> pinned.close();
                case DirectAttachment registration -> registration.leave();
            }
        }
    }

    private static void end(Link link) {
        try {
            link.unpin();
        } catch (KernelException _) {
            // It was not pinned yet, or is of the kind that cannot be.
        }
        link.close();
    }
}
