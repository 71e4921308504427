package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.sys.Kernel;
import java.nio.file.Path;

/**
 * One attachment. The owner closes it; an attachment by a kernel link also ends with the process, unless it is pinned.
 * Safe for use by several threads.
 */
public sealed interface Link extends AutoCloseable permits KernelLink, DirectAttachment {

    /**
     * Opens a pinned link. Closing it leaves the attachment as it is; {@link #unpin} removes the file.
     *
     * @param path its file in a BPF file system
     * @return the link, the caller's to close: an {@link IterLink} for an iterator, a {@link StructOpsLink} for a
     *     struct_ops map, and an {@link OpenedLink} for all others
     * @throws KernelException if there is no such file, it is no link's, or the kernel refuses
     */
    static KernelLink open(Path path) {
        return new LinkOpener(Kernel.RUNNING).pinned(path);
    }

    /**
     * Opens a link of any process. While it is open, the attachment lasts.
     *
     * @param id the kernel's id of the link
     * @return the link, the caller's to close, of a class as for {@link #open}
     * @throws KernelException if there is no such link, or the kernel refuses
     */
    static KernelLink ofId(int id) {
        return new LinkOpener(Kernel.RUNNING).ofId(id);
    }

    /** {@return what is attached to what, for people} */
    String description();

    /**
     * Replaces the program; not a packet or call is missed.
     *
     * @param program a program of the same type
     * @throws KernelException if the kernel refuses, or programs of this kind of attachment cannot be replaced
     * @throws IllegalStateException if the link is closed
     */
    void update(LoadedProgram program);

    /**
     * Ends the attachment, and does nothing if it has ended already.
     *
     * @throws KernelException if the kernel refuses
     * @throws IllegalStateException if the link is closed
     */
    void detach();

    /**
     * Pins the attachment, so that it outlives this link and this process.
     *
     * @param path a new file in a BPF file system
     * @throws KernelException if the kernel refuses, or this attachment is none that can be pinned
     * @throws IllegalStateException if the link is closed
     */
    void pin(Path path);

    /**
     * Removes the pin that {@link #pin} made.
     *
     * @throws KernelException if there is none, or it cannot be removed
     */
    void unpin();

    /** Ends the attachment unless it is pinned, and gives back what it held. Idempotent; never throws. */
    @Override
    void close();
}
