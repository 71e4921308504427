package bpf4j.cli;

import bpf4j.kernel.KernelObjects;
import bpf4j.link.KernelLink;
import bpf4j.link.LinkInfo;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code link list}: the attachments of the kernel that are links. */
@Command(name = "list", aliases = "show", header = "List the links in the kernel.", description = {
    "What is attached to what, with the kernel's ids. What is attached without a link is not among them."},
        customSynopsis = "bpf4j link list [-jp] [id N | pinned PATH]",
        footer = {
            "",
            "Example:",
            "  bpf4j link list"})
final class LinkListCommand extends KernelCommand {

    LinkListCommand(Console console, KernelObjects objects) {
        super(console, objects);
    }

    @Override
    int run(Words given) {
        Optional<Selector> selector = Selector.optional(given, Selector.FOR_LINKS);
        given.end();
        List<LinkInfo> links = selector.isEmpty() ? LinkInfo.all().toList() : List.of(info(selector.get()));
        if (wantsJson()) {
            printList(selector.isPresent(), links, LinkListing::write);
        } else if (!links.isEmpty()) {
            console().print(LinkListing.table(links));
        }
        return ExitStatus.DONE;
    }

    private LinkInfo info(Selector selector) {
        try (KernelLink link = selection().link(selector)) {
            return link.info();
        }
    }
}
