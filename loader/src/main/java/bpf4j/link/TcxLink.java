package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.object.AttachType;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.Kernel;
import bpf4j.sys.LinkAttr;

/**
 * A tc program attached to an interface without a qdisc. Several have an order; the first that returns something else
 * than {@code TCX_NEXT} decides. When the interface goes, the link stays open and attaches nothing. Needs Linux 6.6;
 * before that there is {@link TcFilter}. Source: {@code net/core/filter.c}, {@code kernel/bpf/tcx.c}.
 * Safe for use by several threads, as all links are.
 */
public final class TcxLink extends KernelLink {

    private TcxLink(String description, AttachType type, Kernel kernel, int status) {
        super(description, type, kernel, status);
    }

    /**
     * Attaches a program behind those that are there, in the direction that its section names.
     *
     * @param program a program of the section {@code tcx/ingress} or {@code tcx/egress}
     * @param netInterface the interface, of the calling thread's network namespace
     * @return the attachment, the caller's to close
     * @throws KernelException if the kernel refuses, or the section names no direction
     */
    public static TcxLink attach(LoadedProgram program, NetInterface netInterface) {
        String description = "program '%s' on %s".formatted(program.name(), netInterface);
        return attach(program, netInterface, description, program.requireAttachType(description), Position.last());
    }

    /**
     * Attaches a program.
     *
     * @param program a tc program, whatever direction its section names
     * @param netInterface the interface, of the calling thread's network namespace
     * @param direction which packets it sees
     * @param position its place among the programs that are there
     * @return the attachment, the caller's to close
     * @throws KernelException if the kernel refuses; {@code EEXIST} if the program is attached there already
     */
    public static TcxLink attach(LoadedProgram program, NetInterface netInterface, TcDirection direction,
            Position position) {
        return attach(program, netInterface, "program '%s' on %s".formatted(program.name(), netInterface),
                direction.attachType(), position);
    }

    private static TcxLink attach(LoadedProgram program, NetInterface netInterface, String where, AttachType type,
            Position position) {
        String description = where + (type == AttachType.BPF_TCX_EGRESS ? ", egress" : ", ingress");
        int status = position.call((flags, relative) -> new BpfCalls(program.kernel()).links().create(
                LinkAttr.CreateTcx.STRUCT, program.descriptor(), netInterface.index(), type.number(), flags,
                (attr, _) -> {
                    LinkAttr.CreateTcx.RELATIVE_FD.set(attr, relative);
                    LinkAttr.CreateTcx.EXPECTED_REVISION.set(attr, position.expectedRevision());
                }));
        return new TcxLink(description, type, program.kernel(), status);
    }

    /**
     * Asks what is attached to an interface.
     *
     * @param netInterface the interface, of the calling thread's network namespace
     * @param direction which packets the programs see
     * @return the programs, whoever attached them
     * @throws KernelException if the kernel refuses
     */
    public static AttachedPrograms query(NetInterface netInterface, TcDirection direction) {
        return AttachedPrograms.query(Kernel.RUNNING, "%s, %s".formatted(netInterface, direction), netInterface.index(),
                direction.attachType());
    }
}
