package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.LoadedStructOps;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Several attachments that are ended together, the last one first. Safe for use by several threads. */
public final class Links implements AutoCloseable {

    private final List<Link> links;

    private Links(List<Link> links) {
        this.links = List.copyOf(links);
    }

    /**
     * Puts attachments together, which the result owns from now on.
     *
     * @param links the attachments, in the order in which they were made
     * @return all of them
     */
    public static Links of(List<? extends Link> links) {
        return new Links(new ArrayList<>(links));
    }

    /**
     * Attaches programs whose sections say to what, and then struct_ops maps; or nothing if one is refused.
     *
     * @param programs the programs; those whose sections do not say to what are left out
     * @param structOps the maps
     * @return the attachments, the caller's to close
     * @throws KernelException if the kernel refuses one; those made before are ended again
     */
    public static Links attach(Collection<LoadedProgram> programs, Collection<LoadedStructOps> structOps) {
        return attach(programs, structOps, _ -> Optional.empty());
    }

    /**
     * Attaches programs as the caller says or else as their sections say, and then struct_ops maps; or nothing if one
     * is refused.
     *
     * @param programs the programs; those that neither the caller attaches nor their sections are left out
     * @param structOps the maps
     * @param own is asked for each program first; empty to leave the program to its section
     * @return the attachments, the caller's to close
     * @throws KernelException if the kernel refuses one; those made before are ended again
     */
    public static Links attach(Collection<LoadedProgram> programs, Collection<LoadedStructOps> structOps,
            Function<? super LoadedProgram, ? extends Optional<? extends Link>> own) {
        List<Link> made = new ArrayList<>();
        try {
            for (LoadedProgram program : programs) {
                Optional<? extends Link> attached = own.apply(program);
                if (attached.isPresent()) {
                    made.add(attached.get());
                } else if (SectionAttacher.canAttach(program)) {
                    made.add(program.attach());
                }
            }
            structOps.forEach(map -> made.add(map.attach()));
            return new Links(made);
        } catch (RuntimeException e) {
            made.reversed().forEach(Link::close);
            throw e;
        }
    }

    /** {@return the attachments, in the order in which they were made; this closes them} */
    public List<Link> links() {
        return links;
    }

    /**
     * Ends all attachments, the last one first.
     *
     * @throws KernelException if one cannot be ended; the others are
     * @throws IllegalStateException if one of them is closed; the others are ended
     */
    public void detach() {
        RuntimeException first = null;
        for (Link link : links.reversed()) {
            try {
                link.detach();
            } catch (KernelException | IllegalStateException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }

    /** Closes all attachments, the last one first. Idempotent; never throws. */
    @Override
    public void close() {
        links.reversed().forEach(Link::close);
    }

    @Override
    public String toString() {
        return links.toString();
    }
}
