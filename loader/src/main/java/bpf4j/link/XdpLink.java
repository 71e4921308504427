package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import bpf4j.object.AttachType;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.Kernel;

/**
 * An XDP program attached to an interface, which takes one in the driver or behind it, and one on the card. When the
 * interface goes, the link stays open and attaches nothing. Programs of {@code xdp/devmap} and {@code xdp/cpumap} are
 * not attached: they are put into the values of such maps. Needs Linux 5.9; before that, and for what shall outlive
 * the process without a pin, there is {@link XdpAttachment}. Source: {@code net/core/dev.c}.
 * Safe for use by several threads, as all links are.
 */
public final class XdpLink extends KernelLink {

    private XdpLink(String description, Kernel kernel, int status) {
        super(description, AttachType.BPF_XDP, kernel, status);
    }

    /**
     * Attaches a program, in the driver if that can run it.
     *
     * @param program an XDP program
     * @param netInterface the interface, of the calling thread's network namespace
     * @return the attachment, the caller's to close
     * @throws KernelException if the kernel refuses
     */
    public static XdpLink attach(LoadedProgram program, NetInterface netInterface) {
        return attach(program, netInterface, XdpMode.ANY);
    }

    /**
     * Attaches a program.
     *
     * @param program an XDP program
     * @param netInterface the interface, of the calling thread's network namespace
     * @param mode where it runs
     * @return the attachment, the caller's to close
     * @throws KernelException if the kernel refuses; {@code EEXIST} or {@code EBUSY} if there is a program already
     */
    public static XdpLink attach(LoadedProgram program, NetInterface netInterface, XdpMode mode) {
        String description = describe(program, netInterface, mode);
        int status = new BpfCalls(program.kernel()).links().create(program.descriptor(), netInterface.index(),
                AttachType.BPF_XDP.number(), mode.flags());
        return new XdpLink(description, program.kernel(), status);
    }

    /** {@return what is attached to what, after a look at whether it can be} */
    static String describe(LoadedProgram program, NetInterface netInterface, XdpMode mode) {
        String description = "program '%s' on %s%s".formatted(program.name(), netInterface,
                mode == XdpMode.ANY ? "" : ", " + mode);
        program.attachType().filter(type -> type == AttachType.BPF_XDP_DEVMAP || type == AttachType.BPF_XDP_CPUMAP)
                .ifPresent(type -> {
                    throw new KernelException(Step.ATTACH, description, 0,
                            "a program of %s is not attached but put into the value of such a map".formatted(
                                    type == AttachType.BPF_XDP_DEVMAP ? "xdp/devmap" : "xdp/cpumap"));
                });
        return description;
    }
}
