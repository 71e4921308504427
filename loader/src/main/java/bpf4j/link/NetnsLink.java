package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.object.AttachType;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.Kernel;

/**
 * A sk_lookup or flow_dissector program attached to a network namespace. Of sk_lookup programs it takes 64, run in the
 * order of their attachment, of flow_dissector ones a single one. When the namespace goes, the link stays open and
 * attaches nothing. Needs Linux 5.8 (flow_dissector) or 5.9 (sk_lookup). Source: {@code kernel/bpf/net_namespace.c},
 * {@code Documentation/bpf/prog_sk_lookup.rst}, {@code Documentation/bpf/prog_flow_dissector.rst}.
 * Safe for use by several threads, as all links are.
 */
public final class NetnsLink extends KernelLink {

    private NetnsLink(String description, AttachType type, Kernel kernel, int status) {
        super(description, type, kernel, status);
    }

    /**
     * Attaches a program.
     *
     * @param program a sk_lookup or flow_dissector program
     * @param namespace the namespace, which the attachment does not keep
     * @return the attachment, the caller's to close
     * @throws KernelException if the kernel refuses
     * @throws IllegalStateException if the namespace is closed
     */
    public static NetnsLink attach(LoadedProgram program, NetworkNamespace namespace) {
        String description = "program '%s' on %s".formatted(program.name(), namespace);
        AttachType type = program.requireAttachType(description);
        int target = namespace.acquire();
        try {
            return new NetnsLink(description, type, program.kernel(), new BpfCalls(program.kernel()).links()
                    .create(program.descriptor(), target, type.number(), 0));
        } finally {
            namespace.release();
        }
    }

    /**
     * Asks what is attached to a namespace.
     *
     * @param namespace the namespace
     * @param type {@code BPF_SK_LOOKUP} or {@code BPF_FLOW_DISSECTOR}
     * @return the programs, whoever attached them
     * @throws KernelException if the kernel refuses
     * @throws IllegalStateException if the namespace is closed
     */
    public static AttachedPrograms query(NetworkNamespace namespace, AttachType type) {
        int target = namespace.acquire();
        try {
            return AttachedPrograms.query(Kernel.RUNNING, namespace.toString(), target, type);
        } finally {
            namespace.release();
        }
    }
}
