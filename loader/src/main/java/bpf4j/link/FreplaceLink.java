package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.object.ProgramType;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.Errno;
import bpf4j.sys.Kernel;
import bpf4j.sys.LinkAttr;
import bpf4j.sys.LinkCalls;

/**
 * A program in place of a global function of another program. It is loaded for a function
 * ({@link bpf4j.kernel.LoadOptions#withProgramTarget}) and replaces that one, or one of the same prototype in another
 * program. Safe for use by several threads, as all links are.
 */
public final class FreplaceLink extends KernelLink {

    private static final int NO_ATTACH_TYPE = 0;

    private FreplaceLink(String description, Kernel kernel, int status) {
        super(description, ProgramType.BPF_PROG_TYPE_EXT.name(), kernel, status);
    }

    /**
     * Replaces the function that the program was loaded for. That can be done once with a loaded program.
     *
     * @param program a program of type {@code BPF_PROG_TYPE_EXT}
     * @return the attachment, the caller's to close, which puts the function back
     * @throws KernelException if the kernel refuses, for instance since the function is replaced already
     */
    public static FreplaceLink attach(LoadedProgram program) {
        LinkCalls links = new BpfCalls(program.kernel()).links();
        int status = links.create(program.descriptor(), 0, NO_ATTACH_TYPE, 0);
        if (status == -Errno.EINVAL.number()) {
            status = links.openRawTracepoint(program.descriptor(), "", 0);
        }
        return new FreplaceLink(Descriptions.ofTarget(program), program.kernel(), status);
    }

    /**
     * Replaces a function of a program other than that which this one was loaded for. Needs Linux 5.10.
     *
     * @param program a program of type {@code BPF_PROG_TYPE_EXT}
     * @param target the program with the function, of the same type as the one that it was loaded for
     * @param function the function's name: a global one with the same prototype
     * @return the attachment, the caller's to close, which puts the function back
     * @throws KernelException if the target has no such function, or the kernel refuses
     */
    public static FreplaceLink attach(LoadedProgram program, LoadedProgram target, String function) {
        String description = "program '%s' in place of '%s' of program '%s'".formatted(program.name(), function,
                target.name());
        int id = target.functionTypeId(function);
        return new FreplaceLink(description, program.kernel(), target.descriptor().call(
                fd -> new BpfCalls(program.kernel()).links().create(
                        LinkAttr.CreateBtf.STRUCT, program.descriptor(), fd, NO_ATTACH_TYPE, 0,
                        (attr, _) -> LinkAttr.CreateBtf.TARGET_BTF_ID.set(attr, id))));
    }
}
