package bpf4j.cli;

import bpf4j.kernel.KernelObjects;
import bpf4j.link.KernelLink;
import picocli.CommandLine.Command;

/** {@code link detach}: ends an attachment. */
@Command(name = "detach", header = "End an attachment.", description = {
    "The link itself stays as long as somebody holds it, and attaches nothing any more. Links of tracing, probes and "
        + "iterators cannot be ended so: they end with their holders, or when their pin is removed."},
        customSynopsis = {"bpf4j link detach [-jp] LINK", "LINK: id N | pinned PATH"},
        footer = {
            "",
            "Example:",
            "  bpf4j link detach id 7"})
final class LinkDetachCommand extends KernelCommand {

    LinkDetachCommand(Console console, KernelObjects objects) {
        super(console, objects);
    }

    @Override
    int run(Words given) {
        Selector selector = Selector.required(given, Selector.FOR_LINKS);
        given.end();
        try (KernelLink link = selection().link(selector)) {
            link.detach();
        }
        if (wantsJson()) {
            print(json -> json.writeNull());
        }
        return ExitStatus.DONE;
    }
}
