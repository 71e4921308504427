package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import bpf4j.object.AttachType;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A sk_msg or sk_skb program attached to the sockets of a sockmap or sockhash: by a kernel link since Linux 6.10, before that by an
 * attachment that belongs to the map. Source: {@code Documentation/bpf/map_sockmap.rst}.
 */
public final class SockmapLink implements Link {

    private final String description;
    private final LoadedProgram program;
    private final LoadedMap map;
    private final AttachType attachType;
    /** Null where the kernel has no links for sockmaps. */
    private final KernelLink link;
    private final AtomicBoolean attached = new AtomicBoolean(true);

    private SockmapLink(String description, LoadedProgram program, LoadedMap map, AttachType attachType,
            KernelLink link) {
        this.description = description;
        this.program = program;
        this.map = map;
        this.attachType = attachType;
        this.link = link;
    }

    /**
     * Attaches a program.
     *
     * @param program a sk_msg or sk_skb program
     * @param map a sockmap or sockhash; has to stay open as long as the attachment on kernels without links for sockmaps
     * @return the attachment, the caller's to close
     * @throws KernelException if the kernel refuses
     */
    public static SockmapLink attach(LoadedProgram program, LoadedMap map) {
        String description = "program '%s' on map '%s'".formatted(program.name(), map.name());
        AttachType type = program.spec().attachType().orElseThrow(() -> new KernelException(Step.ATTACH, description, 0,
                "section '%s' does not say at which point".formatted(program.spec().section())));
        BpfCalls calls = new BpfCalls(program.kernel());
        int status = calls.createLink(program.fd(), map.fd(), type.number(), 0);
        if (status == -Errno.EINVAL.number()) {
            int attached = calls.attach(BpfCommand.BPF_PROG_ATTACH, map.fd(), program.fd(), type.number());
            if (attached >= 0) {
                return new SockmapLink(description, program, map, type, null);
            }
            status = attached;
        }
        return new SockmapLink(description, program, map, type,
                KernelLink.of(status, description, type, program.kernel()));
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public void detach() {
        if (link != null) {
            link.detach();
        } else if (attached.compareAndSet(true, false)) {
            int status = detachFromMap();
            if (status < 0) {
                attached.set(true);
                throw KernelException.refused(Step.DETACH, description, attachType.name(), -status);
            }
        }
    }

    @Override
    public void pin(Path path) {
        requireLink().pin(path);
    }

    @Override
    public void unpin() {
        requireLink().unpin();
    }

    @Override
    public void close() {
        if (link != null) {
            link.close();
        } else if (attached.compareAndSet(true, false)) {
            try {
                detachFromMap();
            } catch (IllegalStateException e) {
                // The object was closed first, against what attach asks for: the attachment goes with the map.
                return;
            }
        }
    }

    private int detachFromMap() {
        return new BpfCalls(program.kernel()).attach(BpfCommand.BPF_PROG_DETACH, map.fd(), program.fd(),
                attachType.number());
    }

    private KernelLink requireLink() {
        if (link == null) {
            throw new KernelException(Step.PIN, description, 0,
                    "this kernel attaches to sockmaps without a link, which is there since Linux 6.10; pin the map instead");
        }
        return link;
    }

    @Override
    public String toString() {
        return description;
    }
}
