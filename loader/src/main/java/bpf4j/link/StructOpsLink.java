package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedMap;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.LoadedStructOps;
import bpf4j.kernel.Step;
import bpf4j.object.AttachType;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.Errno;
import bpf4j.sys.Kernel;
import java.lang.foreign.MemorySegment;

/**
 * A variable of {@code .struct_ops.link} registered with its subsystem by a kernel link, which can be pinned, and
 * replaced while in use. Needs Linux 6.4. Safe for use by several threads, as all links are.
 */
public final class StructOpsLink extends KernelLink {

    /** A struct_ops map has one element. */
    static final byte[] KEY = new byte[4];

    private StructOpsLink(String description, Kernel kernel, int status) {
        super(description, AttachType.BPF_STRUCT_OPS, kernel, status);
    }

    StructOpsLink(LinkOpener.Found found) {
        super(found);
    }

    /**
     * Registers a struct_ops map.
     *
     * @param structOps the map with its programs
     * @return the registration, the caller's to close: a {@code StructOpsLink} for a variable of
     *     {@code .struct_ops.link}, a {@link StructOpsRegistration} for one of {@code .struct_ops}
     * @throws KernelException if the kernel refuses
     */
    public static Link attach(LoadedStructOps structOps) {
        if (!structOps.isLink()) {
            return StructOpsRegistration.register(structOps);
        }
        setValue(structOps);
        LoadedMap map = structOps.map();
        return new StructOpsLink(structOps.toString(), map.kernel(), new BpfCalls(map.kernel()).links()
                .create(map.descriptor(), 0, AttachType.BPF_STRUCT_OPS.number(), 0));
    }

    /**
     * Replaces what is registered by another map of the same struct, while it is in use. What the subsystem gave to
     * users before, such as a congestion control to connections, they keep until they end; new users get the new one.
     *
     * @param structOps a variable of {@code .struct_ops.link}
     * @throws KernelException if the kernel refuses
     * @throws IllegalStateException if the link is closed
     */
    public void update(LoadedStructOps structOps) {
        setValue(structOps);
        replace(structOps.map().descriptor());
    }

    /**
     * Replaces what is registered if it is what the caller expects, so that nobody's work is undone unseen.
     *
     * @param structOps a variable of {@code .struct_ops.link}
     * @param expected the variable that has to be registered now
     * @throws KernelException if the kernel refuses: {@code EPERM} if another one is registered
     * @throws IllegalStateException if the link is closed
     */
    public void update(LoadedStructOps structOps, LoadedStructOps expected) {
        setValue(structOps);
        replace(structOps.map().descriptor(), expected.map().descriptor());
    }

    /**
     * Refuses: what is registered is a map.
     *
     * @throws KernelException always
     */
    @Override
    public void update(LoadedProgram program) {
        throw new KernelException(Step.REPLACE, description(), 0,
                "a struct_ops map is replaced by another, not by a program");
    }

    /**
     * Refuses: what is registered is a map.
     *
     * @throws KernelException always
     */
    @Override
    public void update(LoadedProgram program, LoadedProgram expected) {
        update(program);
    }

    /**
     * A link map keeps its first value, so a second attachment of it finds the value set and the kernel busy with it.
     */
    static void setValue(LoadedStructOps structOps) {
        LoadedMap map = structOps.map();
        int status = map.descriptor().call(fd -> new BpfCalls(map.kernel()).maps().update(fd,
                MemorySegment.ofArray(KEY), MemorySegment.ofArray(structOps.value()), LoadedMap.BPF_ANY));
        if (status < 0 && !(structOps.isLink() && status == -Errno.EBUSY.number())) {
            throw KernelException.refused(Step.ATTACH, structOps.toString(), AttachType.BPF_STRUCT_OPS.name(), -status);
        }
    }
}
