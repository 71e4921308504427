package bpf4j.link;

import bpf4j.kernel.CpuList;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import bpf4j.object.AttachType;
import bpf4j.sys.CallBuffer;
import bpf4j.sys.Errno;
import bpf4j.sys.Fd;
import bpf4j.sys.Kernel;
import bpf4j.sys.PerfEvent;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * A program attached to a perf event, which runs it for each sample. Source: {@code perf_event_open(2)}.
 * Safe for use by several threads, as all links are.
 */
public final class PerfEventLink extends KernelLink {

    PerfEventLink(String description, Kernel kernel, int status) {
        super(description, AttachType.BPF_PERF_EVENT, kernel, status);
    }

    /**
     * Opens a perf event and attaches a program to it.
     *
     * @param program a program of type {@code BPF_PROG_TYPE_PERF_EVENT}
     * @param options the event and more
     * @return the attachment, the caller's to close: a {@code PerfEventLink}, or a {@link PerfAttachment} before Linux
     *     5.15 and where the mode says so
     * @throws KernelException if the machine has no such event, or the kernel refuses
     */
    public static Link attach(LoadedProgram program, PerfEventOptions options) {
        PerfEvents.Request request = request(program, describe(options), options.cookie(), options.mode());
        return attach(request, open(request, options));
    }

    /**
     * Opens a perf event on each CPU that is online and attaches a program to all of them.
     *
     * @param program a program of type {@code BPF_PROG_TYPE_PERF_EVENT}
     * @param options the event and more; their CPU does not count
     * @return an attachment for each CPU, the caller's to close
     * @throws KernelException if the machine has no such event, or the kernel refuses; then none is attached
     */
    public static Links attachToEachCpu(LoadedProgram program, PerfEventOptions options) {
        List<Link> links = new ArrayList<>();
        try {
            for (int cpu : CpuList.online().numbers()) {
                PerfEventOptions here = options.withCpu(cpu);
                try {
                    links.add(attach(program, here));
                } catch (KernelException e) {
                    // A CPU that went offline since the list was read is not missed.
                    if (e.errno() != Errno.ENODEV.number() || CpuList.online().numbers().contains(cpu)) {
                        throw e;
                    }
                }
            }
            return Links.of(links);
        } catch (RuntimeException e) {
            links.forEach(Link::close);
            throw e;
        }
    }

    /**
     * Attaches a program to a perf event of the caller's. Before Linux 5.15 the program stays until the event is
     * closed, and the end of the attachment only disables the event.
     *
     * @param program a program of type {@code BPF_PROG_TYPE_PERF_EVENT}
     * @param event the descriptor of the event, which stays the caller's and is enabled
     * @param cookie what {@code bpf_get_attach_cookie} returns in the program, 0 for none; Linux 5.15
     * @return the attachment, the caller's to close
     * @throws KernelException if the kernel refuses
     */
    public static Link attach(LoadedProgram program, int event, long cookie) {
        PerfEvents.Request request = request(program, "descriptor " + event, cookie, ProbeMode.AUTO);
        return attach(request, copyOf(event, request));
    }

    /**
     * Attaches a program to a perf event of the caller's and leaves it to the caller to enable the event, for instance
     * together with others of its group.
     *
     * @param program a program of type {@code BPF_PROG_TYPE_PERF_EVENT}
     * @param event the descriptor of the event, which stays the caller's and as enabled or disabled as it is
     * @param cookie what {@code bpf_get_attach_cookie} returns in the program, 0 for none; Linux 5.15
     * @return the attachment, the caller's to close; before Linux 5.15 its end disables the event
     * @throws KernelException if the kernel refuses
     */
    public static Link attachWithoutEnabling(LoadedProgram program, int event, long cookie) {
        PerfEvents.Request request = request(program, "descriptor " + event, cookie, ProbeMode.AUTO);
        return PerfEvents.attachWithoutEnabling(request, copyOf(event, request), linked(request));
    }

    private static Fd copyOf(int event, PerfEvents.Request request) {
        int own = Fd.duplicate(event);
        if (own < 0) {
            throw request.refused(-own);
        }
        return Fd.owning(own, "perf event of " + request.description());
    }

    private static IntFunction<Link> linked(PerfEvents.Request request) {
        return status -> new PerfEventLink(request.description(), request.program().kernel(), status);
    }

    private static PerfEvents.Request request(LoadedProgram program, String event, long cookie, ProbeMode mode) {
        return new PerfEvents.Request(program, "program '%s' on perf event %s".formatted(program.name(), event), cookie,
                mode);
    }

    private static Link attach(PerfEvents.Request request, Fd event) {
        return PerfEvents.attach(request, event, linked(request));
    }

    private static Fd open(PerfEvents.Request request, PerfEventOptions options) {
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment attr = PerfEvent.Attr.STRUCT.allocate(buffer);
            PerfEvent.Attr.TYPE.set(attr, options.type());
            PerfEvent.Attr.CONFIG.set(attr, options.config());
            switch (options.sampling()) {
                case PerfEventOptions.Sampling.Period(long events) -> {
                    PerfEvent.Attr.SAMPLE_PERIOD.set(attr, events);
                    PerfEvent.Attr.BITS.set(attr, PerfEvent.Attr.DISABLED);
                }
                case PerfEventOptions.Sampling.Frequency(long hertz) -> {
                    PerfEvent.Attr.SAMPLE_FREQ.set(attr, hertz);
                    PerfEvent.Attr.BITS.set(attr, PerfEvent.Attr.DISABLED | PerfEvent.Attr.FREQ);
                }
            }
            int status = PerfEvent.open(attr, options.pid(), options.cpu());
            if (status == -Errno.ENOENT.number() || status == -Errno.EOPNOTSUPP.number()) {
                throw new KernelException(Step.ATTACH, request.description(), -status,
                        "this machine has no such event, or its processor cannot sample it, as in many virtual "
                        + "machines; the clocks always work");
            }
            if (status < 0) {
                throw request.refused(-status);
            }
            return Fd.owning(status, "perf event of " + request.description());
        }
    }

    private static String describe(PerfEventOptions options) {
        String who = options.pid() == PerfEventOptions.ALL_PROCESSES ? "" : ", process " + options.pid();
        String where = options.cpu() == PerfEventOptions.ANY_CPU ? "" : ", CPU " + options.cpu();
        return "type %d config 0x%x%s%s".formatted(options.type(), options.config(), who, where);
    }
}
