package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.object.AttachType;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.Kernel;
import bpf4j.sys.LinkAttr;
import java.util.Locale;

/**
 * A tc program attached to a pair of netkit interfaces, always by its primary one: the program decides what becomes
 * of a packet that is sent. Without one, the pair's own policy decides. Several have an order. When the pair goes,
 * the link stays open and attaches nothing. Needs Linux 6.7. Source: {@code drivers/net/netkit.c}.
 * Safe for use by several threads, as all links are.
 */
public final class NetkitLink extends KernelLink {

    /** Whose packets a program sees. */
    public enum Side {
        /** Those that leave through the primary interface. */
        PRIMARY(AttachType.BPF_NETKIT_PRIMARY),
        /** Those that leave through the peer of the primary interface. */
        PEER(AttachType.BPF_NETKIT_PEER);

        private final AttachType attachType;

        Side(AttachType attachType) {
            this.attachType = attachType;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private NetkitLink(String description, AttachType type, Kernel kernel, int status) {
        super(description, type, kernel, status);
    }

    /**
     * Attaches a program behind those that are there, on the side that its section names.
     *
     * @param program a program of the section {@code netkit/primary} or {@code netkit/peer}
     * @param primary the primary interface, of the calling thread's network namespace
     * @return the attachment, the caller's to close
     * @throws KernelException if the kernel refuses, or the section names no side
     */
    public static NetkitLink attach(LoadedProgram program, NetInterface primary) {
        AttachType type = program.requireAttachType("program '%s' on %s".formatted(program.name(), primary));
        return attach(program, primary, type, Position.last());
    }

    /**
     * Attaches a program.
     *
     * @param program a tc program, whatever side its section names
     * @param primary the primary interface, of the calling thread's network namespace
     * @param side whose packets it sees
     * @param position its place among the programs that are there
     * @return the attachment, the caller's to close
     * @throws KernelException if the kernel refuses; {@code EEXIST} if the program is attached there already
     */
    public static NetkitLink attach(LoadedProgram program, NetInterface primary, Side side, Position position) {
        return attach(program, primary, side.attachType, position);
    }

    private static NetkitLink attach(LoadedProgram program, NetInterface primary, AttachType type, Position position) {
        String description = "program '%s' on %s, %s".formatted(program.name(), primary,
                type == AttachType.BPF_NETKIT_PEER ? Side.PEER : Side.PRIMARY);
        int status = position.call((flags, relative) -> new BpfCalls(program.kernel()).links().create(
                LinkAttr.CreateNetkit.STRUCT, program.descriptor(), primary.index(), type.number(), flags,
                (attr, _) -> {
                    LinkAttr.CreateNetkit.RELATIVE_FD.set(attr, relative);
                    LinkAttr.CreateNetkit.EXPECTED_REVISION.set(attr, position.expectedRevision());
                }));
        return new NetkitLink(description, type, program.kernel(), status);
    }

    /**
     * Asks what is attached to a pair.
     *
     * @param primary the primary interface, of the calling thread's network namespace
     * @param side whose packets the programs see
     * @return the programs, whoever attached them
     * @throws KernelException if the kernel refuses
     */
    public static AttachedPrograms query(NetInterface primary, Side side) {
        return AttachedPrograms.query(Kernel.RUNNING, "%s, %s".formatted(primary, side), primary.index(),
                side.attachType);
    }
}
