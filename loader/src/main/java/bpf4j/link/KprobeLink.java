package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import bpf4j.kernel.TraceFs;
import bpf4j.kernel.UnsupportedFeatureException;
import bpf4j.object.AttachType;
import bpf4j.sys.CallBuffer;
import bpf4j.sys.Kernel;
import bpf4j.sys.PerfEvent;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A program attached to the call or return of a kernel function, or to an instruction in it. Source:
 * {@code Documentation/trace/kprobes.rst}. Safe for use by several threads, as all links are.
 */
public final class KprobeLink extends KernelLink {

    private static final String EVENTS = "kprobe_events";

    KprobeLink(String description, Kernel kernel, int status) {
        super(description, AttachType.BPF_PERF_EVENT, kernel, status);
    }

    /**
     * Attaches a program to the call of a kernel function.
     *
     * @param program a kprobe program
     * @param function the kernel function
     * @return the attachment, the caller's to close: a {@code KprobeLink}, or before Linux 5.15 a
     *     {@link PerfAttachment}
     * @throws MissingTargetException if there is no such function
     * @throws KernelException if the kernel refuses
     */
    public static Link attach(LoadedProgram program, String function) {
        return attach(program, KprobeOptions.of(function));
    }

    /**
     * Attaches a program to a place in the kernel's code.
     *
     * @param program a kprobe program
     * @param options the place and more
     * @return the attachment, the caller's to close: a {@code KprobeLink}, or a {@link PerfAttachment} before Linux
     *     5.15 and where the mode says so
     * @throws MissingTargetException if there is no such function
     * @throws UnsupportedFeatureException if the kernel was built without kprobes
     * @throws KernelException if the kernel refuses
     */
    public static Link attach(LoadedProgram program, KprobeOptions options) {
        String description = "program '%s' on %s %s".formatted(program.name(),
                options.isReturn() ? "kretprobe" : "kprobe", options.place());
        var request = new PerfEvents.Request(program, description, options.cookie(), options.possibleMode());
        if (options.maxActive() != 0 && !options.isReturn()) {
            throw request.failure("only returns are missed when too many calls are under way, and this is for calls");
        }
        Optional<ProbePmu> pmu = request.mode() == ProbeMode.LEGACY ? Optional.empty() : ProbePmu.find("kprobe");
        return pmu.isPresent() ? attachByEvent(request, options, pmu.get()) : attachByTraceFs(request, options);
    }

    /** Explains what the kernel says of the place, which is not what it says of the program later. */
    private static <T> T atPlace(KprobeOptions options, Supplier<T> call) {
        try {
            return call.get();
        } catch (UnsupportedFeatureException e) {
            throw e;
        } catch (KernelException e) {
            throw KprobeRefusal.HERE.explain(e, options);
        }
    }

    /**
     * Attaches a program to a system call, whose function has another name on each machine. The program finds the
     * arguments of the system call in the registers that its first argument points to, where the kernel wraps system
     * calls, as all supported machines but PowerPC and LoongArch do.
     *
     * @param program a kprobe program
     * @param options as for {@link #attach(LoadedProgram, KprobeOptions)}, with the name of the system call as the
     *     function: {@code nanosleep}
     * @return the attachment, the caller's to close
     * @throws MissingTargetException if the kernel has no such system call
     * @throws KernelException if the kernel refuses
     */
    public static Link attachToSyscall(LoadedProgram program, KprobeOptions options) {
        String description = "program '%s' on system call %s".formatted(program.name(), options.function());
        return attach(program, options.withFunction(SyscallFunction.running().find(options.function(), description)));
    }

    /**
     * Attaches a program to what its section name says: {@code kprobe/FUNCTION}, {@code kprobe/FUNCTION+OFFSET}, {@code
     * kretprobe/FUNCTION}, {@code ksyscall/NAME} or {@code kretsyscall/NAME}.
     *
     * @param program a kprobe program of an object
     * @return the attachment, the caller's to close
     * @throws KernelException if the section names no such place, or as {@link #attach} says
     */
    public static Link attachBySection(LoadedProgram program) {
        SectionTarget target = SectionTarget.of(program);
        KprobeOptions options = KprobeOptions.parse(target.text())
                .orElseThrow(() -> target.malformed("function+offset"));
        boolean isSyscall = target.kind().endsWith("syscall");
        boolean isReturn = target.kind().startsWith("kret");
        if (options.offsetBytes() != 0 && (isReturn || isSyscall)) {
            throw target.malformed(isSyscall ? "name" : "function, as a return has no offset");
        }
        return isSyscall ? attachToSyscall(program, options.withReturn(isReturn))
                : attach(program, options.withReturn(isReturn));
    }

    private static Link attachByEvent(PerfEvents.Request request, KprobeOptions options, ProbePmu pmu) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment attr = PerfEvent.Attr.STRUCT.allocate(buffer);
            PerfEvent.Attr.TYPE.set(attr, pmu.type());
            PerfEvent.Attr.CONFIG.set(attr, pmu.config(options.isReturn()));
            if (!options.function().isEmpty()) {
                PerfEvent.Attr.KPROBE_FUNC.set(attr, buffer.allocateFrom(options.function()));
            }
            PerfEvent.Attr.PROBE_OFFSET.set(attr, options.offsetBytes());
            return PerfEvents.attach(request, atPlace(options, () -> PerfEvents.open(request, attr)),
                    status -> new KprobeLink(request.description(), request.program().kernel(), status));
        }
    }

    private static Link attachByTraceFs(PerfEvents.Request request, KprobeOptions options) {
        String description = request.description();
        Optional<TraceFs> mounted = TraceFs.find();
        boolean needsEvents = request.mode() == ProbeMode.LINK || request.mode() == ProbeMode.EVENT;
        // Kernels since 4.17 that have kprobes at all have events of them too, and do not come here.
        if (needsEvents || mounted.isEmpty() && request.mode() == ProbeMode.AUTO
                || mounted.isPresent() && mounted.get().read(EVENTS, Step.ATTACH, description).isEmpty()) {
            throw noKprobes(description);
        }
        PerfEvents.Request legacy = request.withMode(ProbeMode.LEGACY);
        PerfEvents.requireNoCookie(legacy);
        TraceFs fs = TraceFs.require(Step.ATTACH, description);
        TraceProbe probe = atPlace(options, () -> TraceProbe.write(fs, EVENTS, kind(options), options.place(),
                options.place(), description));
        return PerfEvents.attachLegacy(legacy, atPlace(options, () -> PerfEvents.openProbe(legacy, probe,
                PerfEvents.ALL_PROCESSES, PerfEvents.FIRST_CPU)), probe);
    }

    private static String kind(KprobeOptions options) {
        return !options.isReturn() ? TraceProbe.CALL
                : options.maxActive() == 0 ? TraceProbe.RETURN : TraceProbe.RETURN + options.maxActive();
    }

    private static UnsupportedFeatureException noKprobes(String description) {
        return new UnsupportedFeatureException(Step.ATTACH, description, 0, "kprobes",
                "CONFIG_KPROBES and CONFIG_KPROBE_EVENTS");
    }
}
