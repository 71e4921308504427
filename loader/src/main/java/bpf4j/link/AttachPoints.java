package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import bpf4j.object.AttachType;
import java.util.function.Predicate;

/**
 * The attach types of one kind of target. The kernel takes a target for what the attach type says: the descriptor of a
 * cgroup for the number of an interface, if a program is one of interfaces.
 *
 * @param includes which attach types they are
 * @param what what a type is that is none of them, for messages: {@code no attach type of cgroups}
 */
record AttachPoints(Predicate<AttachType> includes, String what) {

    static final AttachPoints OF_CGROUPS = new AttachPoints(
            AttachType::isOfCgroups, "no attach type of cgroups");
    static final AttachPoints OF_NAMESPACES = new AttachPoints(
            type -> type == AttachType.BPF_SK_LOOKUP || type == AttachType.BPF_FLOW_DISSECTOR,
            "no attach type of network namespaces");
    static final AttachPoints OF_SOCKMAPS = new AttachPoints(
            type -> type.name().startsWith("BPF_SK_SKB_") || type == AttachType.BPF_SK_MSG_VERDICT,
            "no attach type of sockmaps");
    static final AttachPoints OF_TCX = new AttachPoints(
            type -> type == AttachType.BPF_TCX_INGRESS || type == AttachType.BPF_TCX_EGRESS, "no direction of tcx");
    static final AttachPoints OF_NETKIT = new AttachPoints(
            type -> type == AttachType.BPF_NETKIT_PRIMARY || type == AttachType.BPF_NETKIT_PEER,
            "no side of a netkit pair");

    /**
     * Returns the attach type of a program.
     *
     * @param program the program
     * @param description what is attached to what
     * @return its attach type, one of these
     * @throws KernelException if the program has none, or another
     */
    AttachType require(LoadedProgram program, String description) {
        return check(program.requireAttachType(description), description);
    }

    /**
     * Looks whether an attach type that the caller gave is one of these.
     *
     * @param type the attach type
     * @param description what is attached to what
     * @return the attach type
     * @throws KernelException if it is another
     */
    AttachType check(AttachType type, String description) {
        if (!includes.test(type)) {
            throw new KernelException(Step.ATTACH, description, 0, type + " is " + what);
        }
        return type;
    }
}
