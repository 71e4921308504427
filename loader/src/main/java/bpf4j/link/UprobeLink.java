package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import bpf4j.kernel.TraceFs;
import bpf4j.kernel.UnsupportedFeatureException;
import bpf4j.object.AttachType;
import bpf4j.sys.CallBuffer;
import bpf4j.sys.Errno;
import bpf4j.sys.Fd;
import bpf4j.sys.Kernel;
import bpf4j.sys.PerfEvent;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A program attached to the call or return of a function of an executable or a shared library, or to an instruction in
 * it. Source: {@code Documentation/trace/uprobetracer.rst}. Safe for use by several threads, as all links are.
 */
public final class UprobeLink extends KernelLink {

    private static final String EVENTS = "uprobe_events";

    private UprobeLink(String description, Kernel kernel, int status) {
        super(description, AttachType.BPF_PERF_EVENT, kernel, status);
    }

    /**
     * Attaches a program to the call of a function, by any process.
     *
     * @param program a kprobe program
     * @param binary the file: a path with a slash, or a name that is looked for where programs or libraries are
     * @param function the function, {@code name}, {@code name@VERSION} or {@code name@@VERSION}
     * @return the attachment, the caller's to close: a {@code UprobeLink}, or before Linux 5.15 a
     *     {@link PerfAttachment}
     * @throws MissingTargetException if there is no such file, or no such function in it
     * @throws KernelException if the kernel refuses
     */
    public static Link attach(LoadedProgram program, String binary, String function) {
        return attach(program, UprobeOptions.of(binary, function));
    }

    /**
     * Attaches a program to a place in the code of a file.
     *
     * @param program a kprobe program
     * @param options the place and more
     * @return the attachment, the caller's to close: a {@code UprobeLink}, or a {@link PerfAttachment} before Linux
     *     5.15 and where the mode says so
     * @throws MissingTargetException if there is no such file, or no such function in it
     * @throws UnsupportedFeatureException if the kernel was built without uprobes, or is too old for an option
     * @throws KernelException if the function has several places, or the kernel refuses
     */
    public static Link attach(LoadedProgram program, UprobeOptions options) {
        String description = "program '%s' on %s %s".formatted(program.name(),
                options.isReturn() ? "uretprobe" : "uprobe", options.place());
        if (options.function().isEmpty()) {
            TargetFile.Start start = TargetFile.locate(description, options.binary());
            return attach(program, counting(options, start), start.path(), start.offset() + options.offsetBytes(),
                    description);
        }
        try (TargetFile file = TargetFile.open(description, options.binary())) {
            return attach(program, counting(options, file.start()), file.path(),
                    file.function(options.function()).fileOffset() + options.offsetBytes(), description);
        }
    }

    /** {@return the options with the place of the counter in the file on disk} */
    private static UprobeOptions counting(UprobeOptions options, TargetFile.Start start) {
        return options.withRefCtrOffset(inFileOnDisk(options.refCtrOffset(), start));
    }

    /** {@return where a counter is in the file on disk, 0 for none} */
    static long inFileOnDisk(long refCtrOffset, TargetFile.Start start) {
        return refCtrOffset == 0 ? 0 : start.offset() + refCtrOffset;
    }

    /**
     * Attaches a program to what its section name says: {@code uprobe/FILE:FUNCTION},
     * {@code uprobe/FILE:FUNCTION+OFFSET} or {@code uretprobe/FILE:FUNCTION}, where {@code FILE} is a path with a slash
     * in it or a name to look for, and {@code 0xOFFSET} instead of a function is an offset in the file.
     *
     * @param program a kprobe program of an object
     * @return the attachment, the caller's to close
     * @throws KernelException if the section names no such place, or as {@link #attach} says
     */
    public static Link attachBySection(LoadedProgram program) {
        SectionTarget target = SectionTarget.of(program);
        UprobeOptions options = UprobeOptions.parse(target.text())
                .orElseThrow(() -> target.malformed("file:function+offset"));
        boolean isReturn = target.kind().startsWith("uret");
        if (isReturn && !options.function().isEmpty() && options.offsetBytes() != 0) {
            throw target.malformed("file:function, as a return has no offset");
        }
        return attach(program, options.withReturn(isReturn));
    }

    /** Attaches to a place that was found in a file. */
    static Link attach(LoadedProgram program, UprobeOptions options, Path path, long fileOffset, String description) {
        var request = new PerfEvents.Request(program, description, options.cookie(), options.mode());
        Optional<UprobePmu> pmu = options.mode() == ProbeMode.LEGACY ? Optional.empty() : UprobePmu.find();
        return pmu.isPresent() ? attachByEvent(request, options, path, fileOffset, pmu.get())
                : attachByTraceFs(request, options, path, fileOffset);
    }

    private static Link attachByEvent(PerfEvents.Request request, UprobeOptions options, Path path, long fileOffset,
            UprobePmu pmu) {
        if (!pmu.hasRoomFor(options.refCtrOffset())) {
            throw new UnsupportedFeatureException(Step.ATTACH, request.description(), 0, "counters of probes",
                    "Linux 4.20");
        }
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment attr = PerfEvent.Attr.STRUCT.allocate(buffer);
            PerfEvent.Attr.TYPE.set(attr, pmu.probe().type());
            PerfEvent.Attr.CONFIG.set(attr, pmu.config(options.isReturn(), options.refCtrOffset()));
            PerfEvent.Attr.UPROBE_PATH.set(attr, buffer.allocateFrom(path.toString()));
            PerfEvent.Attr.PROBE_OFFSET.set(attr, fileOffset);
            Fd event = atPlace(path, fileOffset,
                    () -> PerfEvents.open(request, attr, eventProcess(options), eventCpu(options)));
            return PerfEvents.attach(request, event,
                    status -> new UprobeLink(request.description(), request.program().kernel(), status));
        }
    }

    /**
     * An event of a thread sees the calls of all threads of its process, until that thread ends: so for this process it
     * has to be the first thread, which is not the one that asks.
     */
    private static int eventProcess(UprobeOptions options) {
        return options.pid() == UprobeOptions.ALL_PROCESSES ? PerfEvents.ALL_PROCESSES : processId(options.pid());
    }

    /** An event of all processes has to be of one CPU, and then is of any as far as its program is concerned. */
    private static int eventCpu(UprobeOptions options) {
        return options.pid() == UprobeOptions.ALL_PROCESSES ? PerfEvents.FIRST_CPU : PerfEvents.ANY_CPU;
    }

    /** {@return the id of a process, also of this one} */
    static int processId(int pid) {
        return pid == UprobeOptions.THIS_PROCESS ? (int) ProcessHandle.current().pid() : pid;
    }

    private static Link attachByTraceFs(PerfEvents.Request request, UprobeOptions options, Path path, long fileOffset) {
        String description = request.description();
        Optional<TraceFs> mounted = TraceFs.find();
        if (options.mode() != ProbeMode.LEGACY
                || mounted.isPresent() && mounted.get().read(EVENTS, Step.ATTACH, description).isEmpty()) {
            throw new UnsupportedFeatureException(Step.ATTACH, description, 0, "uprobes",
                    "CONFIG_UPROBES and CONFIG_UPROBE_EVENTS");
        }
        PerfEvents.requireNoCookie(request);
        if (path.toString().chars().anyMatch(c -> Character.isWhitespace(c) || c == '#')) {
            throw request.failure("tracefs takes no path with a space or a number sign");
        }
        String place = "%s:0x%x%s".formatted(path, fileOffset,
                options.refCtrOffset() == 0 ? "" : "(0x%x)".formatted(options.refCtrOffset()));
        TraceFs fs = TraceFs.require(Step.ATTACH, description);
        TraceProbe probe = atPlace(path, fileOffset, () -> TraceProbe.write(fs, EVENTS,
                options.isReturn() ? TraceProbe.RETURN : TraceProbe.CALL,
                path.getFileName() + "_" + options.function(), place, description));
        return PerfEvents.attachLegacy(request, atPlace(path, fileOffset, () -> PerfEvents.openProbe(request, probe,
                eventProcess(options), eventCpu(options))), probe);
    }

    /** Explains what the kernel says of the place, which is not what it says of the program later. */
    private static <T> T atPlace(Path path, long fileOffset, Supplier<T> call) {
        try {
            return call.get();
        } catch (UnsupportedFeatureException e) {
            throw e;
        } catch (KernelException e) {
            throw explained(e, path, fileOffset);
        }
    }

    /** The kernel has few numbers for what may be wrong with a place. */
    private static KernelException explained(KernelException e, Path path, long fileOffset) {
        if (e.errno() == Errno.ENOENT.number()) {
            return Files.exists(path) ? e
                    : new MissingTargetException(e.subject(), path.toString(), "there is no file " + path, List.of());
        }
        String reason = "";
        if (e.errno() == Errno.ESRCH.number()) {
            reason = "there is no such process";
        } else if (e.errno() == Errno.EINVAL.number()) {
            reason = "%s is no regular file, or 0x%x is not in it".formatted(path, fileOffset);
        } else if (e.errno() == Errno.EOPNOTSUPP.number() || e.errno() == Errno.ENOTSUPP.number()) {
            reason = "at 0x%x of %s starts no instruction that the kernel can put a probe on".formatted(fileOffset,
                    path);
        }
        return reason.isEmpty() ? e : new KernelException(e.step(), e.subject(), e.errno(), reason, e);
    }
}
