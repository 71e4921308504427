package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.LoadedStructOps;
import bpf4j.kernel.Step;
import bpf4j.object.AttachType;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.Errno;
import bpf4j.sys.Fd;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A struct_ops map registered with its subsystem. A variable of {@code .struct_ops.link} is registered by a kernel link, which can be
 * pinned and replaced while in use; one of {@code .struct_ops} by the map's value itself.
 */
public final class StructOpsLink implements Link {

    private static final byte[] KEY = new byte[4];

    private final String description;
    /** Null where the map itself is the registration. */
    private final KernelLink link;
    /** The map, held open, since it stays registered until a descriptor of it ends that. Null where there is a link. */
    private final Fd map;
    private final int mapNumber;
    private final BpfCalls calls;
    private final AtomicBoolean registered = new AtomicBoolean(true);

    private StructOpsLink(String description, BpfCalls calls, KernelLink link) {
        this.description = description;
        this.link = link;
        this.map = null;
        this.mapNumber = -1;
        this.calls = calls;
    }

    private StructOpsLink(String description, BpfCalls calls, Fd map, int mapNumber) {
        this.description = description;
        this.link = null;
        this.map = map;
        this.mapNumber = mapNumber;
        this.calls = calls;
    }

    /**
     * Registers a struct_ops map.
     *
     * @param structOps the map with its programs
     * @return the registration, the caller's to close
     * @throws KernelException if the kernel refuses
     */
    public static StructOpsLink attach(LoadedStructOps structOps) {
        String description = structOps.toString();
        LoadedMap map = structOps.map();
        BpfCalls calls = new BpfCalls(map.kernel());
        if (structOps.isLink()) {
            setValue(structOps, description);
            int status = calls.createLink(map.fd(), 0, AttachType.BPF_STRUCT_OPS.number(), 0);
            return new StructOpsLink(description, calls, KernelLink.of(status, description, AttachType.BPF_STRUCT_OPS,
                    map.kernel()));
        }
        int number = map.descriptor().acquire();
        try {
            setValue(structOps, description);
            return new StructOpsLink(description, calls, map.descriptor(), number);
        } catch (RuntimeException e) {
            map.descriptor().release();
            throw e;
        }
    }

    /**
     * Replaces what is registered by another map of the same struct, while it is in use.
     *
     * @param structOps a variable of {@code .struct_ops.link}
     * @throws KernelException if this registration is not by a link, or the kernel refuses
     * @throws IllegalStateException if the link is closed
     */
    public void update(LoadedStructOps structOps) {
        KernelLink own = requireLink(Step.ATTACH);
        setValue(structOps, structOps.toString());
        own.update(structOps.map().fd());
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public void detach() {
        if (link != null) {
            link.detach();
        } else if (registered.compareAndSet(true, false)) {
            int status = unregister();
            if (status < 0) {
                registered.set(true);
                throw new KernelException(Step.DETACH, description, -status);
            }
            map.release();
        }
    }

    @Override
    public void pin(Path path) {
        requireLink(Step.PIN).pin(path);
    }

    @Override
    public void unpin() {
        requireLink(Step.PIN).unpin();
    }

    @Override
    public void close() {
        if (link != null) {
            link.close();
        } else if (registered.compareAndSet(true, false)) {
            unregister();
            map.release();
        }
    }

    /** A link map keeps its first value, so a second attachment of it finds the value set and the kernel busy with it. */
    private static void setValue(LoadedStructOps structOps, String description) {
        int status = new BpfCalls(structOps.map().kernel()).update(structOps.map().fd(), MemorySegment.ofArray(KEY),
                MemorySegment.ofArray(structOps.value()), LoadedMap.BPF_ANY);
        if (status < 0 && !(structOps.isLink() && status == -Errno.EBUSY.number())) {
            throw KernelException.refused(Step.ATTACH, description, AttachType.BPF_STRUCT_OPS.name(), -status);
        }
    }

    private int unregister() {
        return calls.delete(mapNumber, MemorySegment.ofArray(KEY));
    }

    private KernelLink requireLink(Step step) {
        if (link == null) {
            throw new KernelException(step, description, 0, "a variable of .struct_ops is registered by its map; "
                    + "put it into .struct_ops.link for a registration that can be pinned and replaced");
        }
        return link;
    }

    @Override
    public String toString() {
        return description;
    }
}
