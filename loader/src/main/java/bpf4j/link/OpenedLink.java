package bpf4j.link;

/**
 * A link that another made, opened from its pin or by its id. What it attaches, {@link #info} tells.
 * Safe for use by several threads, as all links are.
 */
public final class OpenedLink extends KernelLink {

    OpenedLink(LinkOpener.Found found) {
        super(found);
    }
}
