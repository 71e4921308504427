package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import java.nio.file.Path;

/**
 * One attachment. The owner closes it; an attachment by a kernel link also ends with the process, unless it is pinned.
 * Safe for use by several threads.
 */
public sealed interface Link extends AutoCloseable permits KernelLink, DirectAttachment {

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
