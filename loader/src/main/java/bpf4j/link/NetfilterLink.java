package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.object.AttachType;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.Kernel;
import bpf4j.sys.LinkAttr;

/**
 * A netfilter program attached in the calling thread's network namespace. Its program cannot be replaced. Needs Linux
 * 6.4. Source: {@code net/netfilter/nf_bpf_link.c}.
 */
public final class NetfilterLink extends KernelLink {

    private static final int BPF_F_NETFILTER_IP_DEFRAG = 1;

    private NetfilterLink(String description, Kernel kernel, int status) {
        super(description, AttachType.BPF_NETFILTER, kernel, status);
    }

    /**
     * Attaches a program.
     *
     * @param program a netfilter program
     * @param options where it runs
     * @return the attachment, the caller's to close
     * @throws KernelException if the kernel refuses
     */
    public static NetfilterLink attach(LoadedProgram program, NetfilterOptions options) {
        String description = "program '%s' on %s, %s, priority %d".formatted(program.name(), options.family(),
                options.hook(), options.priority());
        int status = new BpfCalls(program.kernel()).links().create(LinkAttr.CreateNetfilter.STRUCT,
                program.descriptor(), 0, AttachType.BPF_NETFILTER.number(), 0, (attr, _) -> {
                    LinkAttr.CreateNetfilter.PF.set(attr, options.family().number());
                    LinkAttr.CreateNetfilter.HOOKNUM.set(attr, options.hook().ordinal());
                    LinkAttr.CreateNetfilter.PRIORITY.set(attr, options.priority());
                    LinkAttr.CreateNetfilter.NETFILTER_FLAGS.set(attr,
                            options.defragment() ? BPF_F_NETFILTER_IP_DEFRAG : 0);
                });
        return new NetfilterLink(description, program.kernel(), status);
    }
}
