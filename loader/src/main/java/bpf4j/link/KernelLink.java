package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.Pins;
import bpf4j.kernel.Step;
import bpf4j.object.AttachType;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.Fd;
import bpf4j.sys.Kernel;
import java.nio.file.Path;

/** The kernel's own link object behind a {@link Link}: a descriptor whose end is the attachment's. */
final class KernelLink implements AutoCloseable {

    private final String description;
    private final AttachType type;
    private final BpfCalls calls;
    private final Fd fd;
    private Path pin;

    private KernelLink(String description, AttachType type, BpfCalls calls, Fd fd) {
        this.description = description;
        this.type = type;
        this.calls = calls;
        this.fd = fd;
    }

    /** Takes the result of a call that makes links. */
    static KernelLink of(int status, String description, AttachType type, Kernel kernel) {
        if (status < 0) {
            throw KernelException.refused(Step.ATTACH, description, type.name(), -status);
        }
        return new KernelLink(description, type, new BpfCalls(kernel),
                Fd.owning(status, "link of " + description, kernel));
    }

    void update(int programOrMap) {
        check(Step.ATTACH, number -> calls.updateLink(number, programOrMap));
    }

    void detach() {
        check(Step.DETACH, calls::detachLink);
    }

    synchronized void pin(Path path) {
        if (pin != null) {
            throw new KernelException(Step.PIN, description, 0, "it is pinned already at " + pin);
        }
        int number = fd.acquire();
        try {
            Pins.pin(calls, number, path, description);
            pin = path;
        } finally {
            fd.release();
        }
    }

    synchronized void unpin() {
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
}
