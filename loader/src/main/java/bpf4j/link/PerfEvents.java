package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.KernelFeature;
import bpf4j.kernel.KernelFeatures;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import bpf4j.kernel.UnsupportedFeatureException;
import bpf4j.object.AttachType;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.CallBuffer;
import bpf4j.sys.Errno;
import bpf4j.sys.Fd;
import bpf4j.sys.LinkAttr;
import bpf4j.sys.PerfEvent;
import java.lang.foreign.MemorySegment;
import java.util.function.IntFunction;

/**
 * Attaches programs to perf events: by a link of the kernel where it has them (Linux 5.15), otherwise by the event
 * itself. A link holds the event, so the event's descriptor is needed no longer and a pin keeps both.
 */
final class PerfEvents {

    private static final AttachType TYPE = AttachType.BPF_PERF_EVENT;

    /**
     * An attachment that is wanted.
     *
     * @param program the program
     * @param description what is attached to what
     * @param cookie what {@code bpf_get_attach_cookie} returns in the program, 0 for none
     * @param mode how to attach
     */
    record Request(LoadedProgram program, String description, long cookie, ProbeMode mode) {

        /** {@return the same attachment by other means} */
        Request withMode(ProbeMode newMode) {
            return new Request(program, description, cookie, newMode);
        }

        /** {@return an exception of this attachment} */
        KernelException failure(String problem) {
            return new KernelException(Step.ATTACH, description, 0, problem);
        }

        /** {@return the exception for a call that the kernel refused} */
        KernelException refused(int errno) {
            return KernelException.refused(Step.ATTACH, description, TYPE.name(), errno);
        }
    }

    static final int ALL_PROCESSES = -1;
    static final int ANY_CPU = -1;
    static final int FIRST_CPU = 0;

    private PerfEvents() {
    }

    /**
     * Opens an event that only the program hangs on, which then runs on every CPU.
     *
     * @param request the attachment
     * @param attr the event
     * @return the event
     * @throws KernelException if the kernel refuses
     */
    static Fd open(Request request, MemorySegment attr) {
        return open(request, attr, ALL_PROCESSES, FIRST_CPU);
    }

    /**
     * Opens the event of a tracepoint for all processes.
     *
     * @param request the attachment
     * @param id what tracefs calls it
     * @return the event
     * @throws KernelException if the kernel refuses
     */
    static Fd openTracepoint(Request request, int id) {
        return openTracepoint(request, id, ALL_PROCESSES, FIRST_CPU);
    }

    private static Fd openTracepoint(Request request, int id, int pid, int cpu) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment attr = PerfEvent.Attr.STRUCT.allocate(buffer);
            PerfEvent.Attr.TYPE.set(attr, PerfEvent.PERF_TYPE_TRACEPOINT);
            PerfEvent.Attr.CONFIG.set(attr, id);
            return open(request, attr, pid, cpu);
        }
    }

    /**
     * Opens the event of a probe that was written into tracefs.
     *
     * @param request the attachment
     * @param probe the probe, which is removed if the kernel refuses
     * @param pid the process, -1 for all
     * @param cpu the CPU, -1 for any
     * @return the event
     * @throws KernelException if the kernel refuses
     */
    static Fd openProbe(Request request, TraceProbe probe, int pid, int cpu) {
        try {
            return openTracepoint(request, probe.id(), pid, cpu);
        } catch (RuntimeException e) {
            probe.remove();
            throw e;
        }
    }

    /**
     * Opens an event for an attachment.
     *
     * @param request the attachment
     * @param attr the event
     * @param pid the process, 0 for this one, -1 for all
     * @param cpu the CPU, -1 for any
     * @return the event
     * @throws KernelException if the kernel refuses
     */
    static Fd open(Request request, MemorySegment attr, int pid, int cpu) {
        int status = PerfEvent.open(attr, pid, cpu);
        if (status < 0) {
            throw request.refused(-status);
        }
        return Fd.owning(status, "perf event of " + request.description);
    }

    /**
     * Attaches to an event and lets it count.
     *
     * @param request the attachment
     * @param event the event, which this method closes unless the attachment holds it
     * @param linked makes the kind's own link of a descriptor, or the exception of a negated errno
     * @return the attachment
     * @throws KernelException if the kernel refuses
     */
    static Link attach(Request request, Fd event, IntFunction<Link> linked) {
        return attach(request, event, linked, () -> { });
    }

    /**
     * Attaches to a probe of tracefs and lets it count.
     *
     * @param request the attachment, of mode {@link ProbeMode#LEGACY}
     * @param event the probe's event, which this method closes unless the attachment holds it
     * @param probe the probe, which is removed with the attachment, also when the kernel refuses
     * @return the attachment
     * @throws KernelException if the kernel refuses
     */
    static Link attachLegacy(Request request, Fd event, TraceProbe probe) {
        return attach(request, event, _ -> {
            throw new IllegalArgumentException(request.mode + " makes no link");
        }, probe::remove);
    }

    private static Link attach(Request request, Fd event, IntFunction<Link> linked, Runnable afterwards) {
        PerfAttachment direct = null;
        try {
            if (request.mode.mayLink()) {
                int status = createLink(request, event.number());
                if (status != -Errno.EINVAL.number() || !mayDoWithoutLink(request)) {
                    return enabled(request, linked.apply(status), event.number());
                }
            }
            requireNoCookie(request);
            int status = request.program.descriptor().call(fd -> PerfEvent.setProgram(event.number(), fd));
            if (status < 0) {
                throw request.refused(-status);
            }
            direct = new PerfAttachment(request.description, event, afterwards);
            enabled(request, direct, event.number());
            return direct;
        } finally {
            if (direct == null) {
                event.close();
                afterwards.run();
            }
        }
    }

    /** {@code EINVAL} has other reasons too, and these then are refused by the event in the same way. */
    private static boolean mayDoWithoutLink(Request request) {
        return request.mode == ProbeMode.AUTO && request.cookie == 0;
    }

    /** Kernels that cannot keep a cookie must not drop it silently. */
    static void requireNoCookie(Request request) {
        if (request.cookie != 0) {
            throw request.failure("an attachment in mode %s has no cookie: this needs a link, so %s".formatted(
                    request.mode, "mode AUTO or LINK and Linux 5.15"));
        }
    }

    private static int createLink(Request request, int event) {
        int status = new BpfCalls(request.program.kernel()).links().create(LinkAttr.CreatePerfEvent.STRUCT,
                request.program.descriptor(), event, TYPE.number(), 0,
                (attr, _) -> LinkAttr.CreatePerfEvent.BPF_COOKIE.set(attr, request.cookie));
        if (status == -Errno.EINVAL.number() && !mayDoWithoutLink(request)
                && !KernelFeatures.of(request.program.kernel()).has(KernelFeature.PERF_LINK)) {
            throw new UnsupportedFeatureException(Step.ATTACH, request.description, -status,
                    request.cookie == 0 ? KernelFeature.PERF_LINK.text() : KernelFeature.BPF_COOKIE.text(),
                    "Linux 5.15");
        }
        return status;
    }

    private static Link enabled(Request request, Link link, int event) {
        int status = PerfEvent.enable(event);
        if (status < 0) {
            link.close();
            throw request.refused(-status);
        }
        return link;
    }
}
