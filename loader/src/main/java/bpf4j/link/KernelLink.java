package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Pins;
import bpf4j.kernel.Step;
import bpf4j.object.AttachType;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.Fd;
import bpf4j.sys.Kernel;
import java.nio.file.Path;

/**
 * An attachment that is a link object of the kernel: a descriptor whose end is the attachment's, unless the link is
 * pinned.
 */
public abstract sealed class KernelLink implements Link permits CgroupLink, KprobeLink, KprobeMultiLink, PerfEventLink,
        SockmapLink, StructOpsLink, TracepointLink {

    private final String description;
    private final AttachType type;
    private final BpfCalls calls;
    private final Fd fd;
    private Path pin;

    /**
     * Takes the result of a call that makes links.
     *
     * @param description what is attached to what
     * @param type the attach type, for advice
     * @param kernel the kernel that was called
     * @param status the link's descriptor, or a negated errno
     * @throws KernelException if the call was refused
     */
    KernelLink(String description, AttachType type, Kernel kernel, int status) {
        if (status < 0) {
            throw KernelException.refused(Step.ATTACH, description, type.name(), -status);
        }
        this.description = description;
        this.type = type;
        this.calls = new BpfCalls(kernel);
        this.fd = Fd.owning(status, "link of " + description, kernel);
    }

    @Override
    public final String description() {
        return description;
    }

    @Override
    public void update(LoadedProgram program) {
        replace(program.fd());
    }

    /** Replaces the program, or for struct_ops the map. */
    final void replace(int programOrMap) {
        check(Step.ATTACH, number -> calls.links().update(number, programOrMap));
    }

    @Override
    public final void detach() {
        check(Step.DETACH, calls.links()::detach);
    }

    @Override
    public final synchronized void pin(Path path) {
        int number = fd.acquire();
        try {
            if (pin != null) {
                throw new KernelException(Step.PIN, description, 0, "it is pinned already at " + pin);
            }
            Pins.pin(calls, number, path, description);
            pin = path;
        } finally {
            fd.release();
        }
    }

    @Override
    public final synchronized void unpin() {
        if (pin == null) {
            throw new KernelException(Step.PIN, description, 0, "it is not pinned");
        }
        Pins.unpin(pin, description);
        pin = null;
    }

    @Override
    public void close() {
        fd.close();
    }

    /**
     * Holds the descriptor for a call that names this link, until {@link #release}.
     *
     * @return the number
     * @throws IllegalStateException if the link is closed
     */
    final int acquire() {
        return fd.acquire();
    }

    /** Ends what {@link #acquire} began. */
    final void release() {
        fd.release();
    }

    private interface Call {
        int on(int number);
    }

    private void check(Step step, Call call) {
        int number = fd.acquire();
        try {
            int status = call.on(number);
            if (status < 0) {
                throw KernelException.refused(step, description, type.name(), -status);
            }
        } finally {
            fd.release();
        }
    }

    @Override
    public final String toString() {
        return description;
    }
}
