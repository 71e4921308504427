package bpf4j.link;

import bpf4j.insn.NearNames;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.TraceFs;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.Errno;
import bpf4j.sys.Kernel;

/**
 * A program on a raw tracepoint: it gets the arguments as the kernel passes them, as untyped words, and of a writable
 * one it may change what they point to. Safe for use by several threads, as all links are.
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
     * @throws MissingTargetException if the kernel has no such tracepoint
     * @throws KernelException if its section names no tracepoint, or the kernel refuses
     */
    public static RawTracepointLink attach(LoadedProgram program) {
        return attach(program, SectionTarget.of(program).text());
    }

    /**
     * Attaches a program to a tracepoint.
     *
     * @param program a raw tracepoint program
     * @param tracepoint the tracepoint's name, without its category
     * @return the attachment, the caller's to close
     * @throws MissingTargetException if the kernel has no such tracepoint
     * @throws KernelException if the kernel refuses
     */
    public static RawTracepointLink attach(LoadedProgram program, String tracepoint) {
        return attach(program, tracepoint, 0);
    }

    /**
     * Attaches a program to a tracepoint, with a number that the program reads by {@code bpf_get_attach_cookie}.
     * Cookies need Linux 6.10.
     *
     * @param program a raw tracepoint program
     * @param tracepoint the tracepoint's name, without its category
     * @param cookie the number, 0 for none
     * @return the attachment, the caller's to close
     * @throws MissingTargetException if the kernel has no such tracepoint
     * @throws KernelException if the kernel refuses
     */
    public static RawTracepointLink attach(LoadedProgram program, String tracepoint, long cookie) {
        String description = "program '%s' at raw tracepoint %s".formatted(program.name(), tracepoint);
        int status = new BpfCalls(program.kernel()).links().openRawTracepoint(program.descriptor(), tracepoint, cookie);
        if (status == -Errno.ENOENT.number()) {
            throw missing(description, tracepoint);
        }
        return new RawTracepointLink(description, program.type().name(), program.kernel(), status);
    }

    /** Tracefs has a line {@code category:name} for each; a few raw tracepoints are not there. */
    private static MissingTargetException missing(String description, String tracepoint) {
        NearNames near = new NearNames(tracepoint);
        TraceFs.find().flatMap(fs -> fs.readIfPossible("available_events")).ifPresent(events ->
                events.lines().map(line -> line.substring(line.indexOf(':') + 1)).forEach(near::offer));
        return new MissingTargetException(description, tracepoint,
                "the kernel has no tracepoint '%s', or the module that "
                .formatted(tracepoint) + "brings it is not loaded", near.names());
    }
}
