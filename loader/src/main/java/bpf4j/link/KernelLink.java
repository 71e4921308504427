package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Pins;
import bpf4j.kernel.Step;
import bpf4j.object.AttachType;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.Errno;
import bpf4j.sys.Fd;
import bpf4j.sys.Kernel;
import java.nio.file.Path;

/**
 * An attachment that is a link object of the kernel: a descriptor whose end is the attachment's, unless the link is
 * pinned. Safe for use by several threads, as all links are.
 */
public abstract sealed class KernelLink implements Link
        permits CgroupLink, FreplaceLink, IterLink, KprobeLink, KprobeMultiLink, NetfilterLink, NetkitLink, NetnsLink,
        OpenedLink, PerfEventLink, RawTracepointLink, SockmapLink, StructOpsLink, TcxLink, TracepointLink, TracingLink,
        UprobeLink, UprobeMultiLink, XdpLink {

    private final String description;
    private final String type;
    private final BpfCalls calls;
    private final Fd fd;
    /** Whether somebody else had the link before, so that it does not end with this descriptor. */
    private final boolean shared;
    private Path pin;
    private boolean detached;
    private boolean closed;

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
        this(description, type.name(), kernel, status);
    }

    /**
     * Takes the result of a call that makes links.
     *
     * @param description what is attached to what
     * @param type the header's name of the attach type or program type, for advice
     * @param kernel the kernel that was called
     * @param status the link's descriptor, or a negated errno
     * @throws KernelException if the call was refused
     */
    KernelLink(String description, String type, Kernel kernel, int status) {
        if (status < 0) {
            throw KernelException.refused(Step.ATTACH, description, type, -status);
        }
        this.description = description;
        this.type = type;
        this.calls = new BpfCalls(kernel);
        this.fd = Fd.owning(status, "link of " + description, kernel);
        this.shared = false;
    }

    /** Takes over a link that was there before. */
    KernelLink(LinkOpener.Found found) {
        this.description = found.description();
        this.type = found.type();
        this.calls = found.calls();
        this.fd = found.fd();
        this.pin = found.pin();
        this.shared = pin == null;
    }

    @Override
    public final String description() {
        return description;
    }

    @Override
    public void update(LoadedProgram program) {
        replace(program.descriptor());
    }

    /**
     * Replaces the program if it is the one that the caller expects, so that nobody's work is undone unseen.
     *
     * @param program a program of the same type
     * @param expected the program that has to be attached now
     * @throws KernelException if the kernel refuses: {@code EPERM} if another program is attached; or programs of this
     *     kind of attachment cannot be replaced
     * @throws IllegalStateException if the link is closed
     */
    public void update(LoadedProgram program, LoadedProgram expected) {
        replace(program.descriptor(), expected.descriptor());
    }

    /** Replaces the program, or for struct_ops the map. */
    final void replace(Fd programOrMap) {
        check(Step.REPLACE, number -> calls.links().update(number, programOrMap));
    }

    /** Replaces the program, or for struct_ops the map, if it is the one that is expected. */
    final void replace(Fd programOrMap, Fd expected) {
        check(Step.REPLACE, number -> calls.links().update(number, programOrMap, expected));
    }

    /**
     * Asks the kernel about the link.
     *
     * @return what it says
     * @throws KernelException if it refuses
     * @throws IllegalStateException if the link is closed, or was of a kind that detaching closes
     */
    public final LinkInfo info() {
        int number = fd.acquire();
        try {
            return LinkInfoReader.read(calls, number, description);
        } finally {
            fd.release();
        }
    }

    /** Opens the iterator of an iterator's link. */
    final Fd openIterator() {
        int number = fd.acquire();
        try {
            int status = calls.links().createIterator(number);
            if (status < 0) {
                throw KernelException.refused(Step.ATTACH, description, type, -status);
            }
            return Fd.owning(status, "iterator of " + description, calls.kernel());
        } finally {
            fd.release();
        }
    }

    /**
     * {@inheritDoc} The kernel can detach cgroups, devices, namespaces and maps. All other kinds end with the last
     * reference to the link, so for them this closes the descriptor.
     */
    @Override
    public final synchronized void detach() {
        if (closed) {
            throw new IllegalStateException(description + ": the link is closed");
        }
        if (detached) {
            return;
        }
        int status = detachNow();
        if (status == -Errno.EOPNOTSUPP.number() || status == -Errno.EINVAL.number()) {
            endWithDescriptor();
        } else if (status < 0) {
            throw KernelException.refused(Step.DETACH, description, type, -status);
        }
        detached = true;
    }

    private int detachNow() {
        int number = fd.acquire();
        try {
            return calls.links().detach(number);
        } finally {
            fd.release();
        }
    }

    private void endWithDescriptor() {
        if (pin != null) {
            throw new KernelException(Step.DETACH, description, 0,
                    "attachments of this kind end with the last reference to their link: unpin it first, from " + pin);
        }
        if (shared) {
            throw new KernelException(Step.DETACH, description, 0,
                    "attachments of this kind end with the last reference to their link, and another process or a pin "
                    + "has one");
        }
        fd.close();
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
    public synchronized void close() {
        closed = true;
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
                throw KernelException.refused(step, description, type, -status);
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
