package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import bpf4j.object.AttachType;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.Errno;
import bpf4j.sys.Fd;
import bpf4j.sys.Kernel;
import bpf4j.sys.LinkAttr;
import bpf4j.sys.LinkCalls;

/**
 * A program on the function, tracepoint or security hook that it was loaded for: fentry, fexit, fmod_ret, fsession,
 * tp_btf and lsm. Source: {@code Documentation/bpf/prog_lsm.rst}, {@code kernel/bpf/syscall.c}.
 * Safe for use by several threads, as all links are.
 */
public final class TracingLink extends KernelLink {

    private TracingLink(String description, AttachType type, Kernel kernel, int status) {
        super(description, type, kernel, status);
    }

    /**
     * Attaches a program to its target.
     *
     * @param program a program of one of these kinds
     * @return the attachment, the caller's to close
     * @throws KernelException if the program is of another kind, or the kernel refuses
     */
    public static TracingLink attach(LoadedProgram program) {
        return attach(program, 0);
    }

    /**
     * Attaches a program to its target, with a number that the program reads by {@code bpf_get_attach_cookie}. Cookies
     * need Linux 5.19, for tp_btf 6.10.
     *
     * @param program a program of one of these kinds
     * @param cookie the number, 0 for none
     * @return the attachment, the caller's to close
     * @throws KernelException if the program is of another kind, or the kernel refuses
     */
    public static TracingLink attach(LoadedProgram program, long cookie) {
        String description = Descriptions.ofTarget(program);
        AttachType type = program.requireAttachType(description);
        LinkCalls links = new BpfCalls(program.kernel()).links();
        int status = switch (type) {
            // A kernel that knows no cookies for this ignores one in BPF_LINK_CREATE, and refuses one here.
            case BPF_TRACE_RAW_TP -> links.openRawTracepoint(program.descriptor(), "", cookie);
            case BPF_TRACE_FENTRY, BPF_TRACE_FEXIT, BPF_MODIFY_RETURN, BPF_TRACE_FSESSION, BPF_LSM_MAC ->
                    create(links, program.descriptor(), type, cookie);
            default -> throw new KernelException(Step.ATTACH, description, 0,
                    "programs of attach type " + type + " are not attached by a TracingLink");
        };
        return new TracingLink(description, type, program.kernel(), status);
    }

    /** Kernels before 5.19 have only the older command, which takes no cookie for these. */
    private static int create(LinkCalls links, Fd program, AttachType type, long cookie) {
        int status = links.create(LinkAttr.CreateTracing.STRUCT, program, 0, type.number(), 0,
                (attr, _) -> LinkAttr.CreateTracing.COOKIE.set(attr, cookie));
        return status == -Errno.EINVAL.number() && cookie == 0 ? links.openRawTracepoint(program, "", 0) : status;
    }
}
