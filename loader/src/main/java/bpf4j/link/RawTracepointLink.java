package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import bpf4j.object.ProgramSpec;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.Kernel;

/**
 * A program on a raw tracepoint: it gets the arguments as the kernel passes them, as untyped words, and of a writable one it
 * may change what they point to.
 */
public final class RawTracepointLink extends KernelLink {

    private RawTracepointLink(String description, String type, Kernel kernel, int status) {
        super(description, type, kernel, status);
    }

    /**
     * Attaches a program to the tracepoint that its section names, as {@code raw_tp/sched_switch} does.
     *
     * @param program a raw tracepoint program
     * @return the attachment, the caller's to close
     * @throws KernelException if its section names no tracepoint, or the kernel refuses
     */
    public static RawTracepointLink attach(LoadedProgram program) {
        return attach(program, program.spec().flatMap(ProgramSpec::attachTarget).orElseThrow(() -> new KernelException(
                Step.ATTACH, Descriptions.ofTarget(program), 0, "the section names no tracepoint")));
    }

    /**
     * Attaches a program to a tracepoint.
     *
     * @param program a raw tracepoint program
     * @param tracepoint the tracepoint's name, without its category
     * @return the attachment, the caller's to close
     * @throws KernelException if the kernel refuses, for instance since it has no such tracepoint
     */
    public static RawTracepointLink attach(LoadedProgram program, String tracepoint) {
        return attach(program, tracepoint, 0);
    }

    /**
     * Attaches a program to a tracepoint, with a number that the program reads by {@code bpf_get_attach_cookie}. Cookies
     * need Linux 6.10.
     *
     * @param program a raw tracepoint program
     * @param tracepoint the tracepoint's name, without its category
     * @param cookie the number, 0 for none
     * @return the attachment, the caller's to close
     * @throws KernelException if the kernel refuses, for instance since it has no such tracepoint
     */
    public static RawTracepointLink attach(LoadedProgram program, String tracepoint, long cookie) {
        String description = "program '%s' at raw tracepoint %s".formatted(program.name(), tracepoint);
        return new RawTracepointLink(description, program.type().name(), program.kernel(),
                new BpfCalls(program.kernel()).links().openRawTracepoint(program.fd(), tracepoint, cookie));
    }
}
