package bpf4j.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The kinds of objects that the kernel gives descriptors for. A pin does not say what it pins, and the kernel fills the
 * info struct of the kind that it finds, so the kind is looked at before anything is read.
 */
enum ObjectKind {
    PROGRAM("program", "bpf-prog"),
    MAP("map", "bpf-map"),
    LINK("link", "bpf_link"),
    BTF("BTF object", "btf");

    private static final String PREFIX = "anon_inode:";

    private final String text;
    private final String inode;

    ObjectKind(String text, String inode) {
        this.text = text;
        this.inode = inode;
    }

    String text() {
        return text;
    }

    /** {@return what a descriptor is of; empty where nobody tells} */
    static Optional<ObjectKind> of(int fd) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString();
            for (ObjectKind kind : values()) {
                if (target.equals(PREFIX + kind.inode)) {
                    return Optional.of(kind);
                }
            }
        } catch (IOException _) {
            // Without /proc nobody tells.
        }
        return Optional.empty();
    }
}
