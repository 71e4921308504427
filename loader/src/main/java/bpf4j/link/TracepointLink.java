package bpf4j.link;

import bpf4j.insn.NearNames;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import bpf4j.kernel.TraceFs;
import bpf4j.object.AttachType;
import bpf4j.sys.Kernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A program attached to a tracepoint, to each at most once. Its context is laid out as the file {@code
 * events/CATEGORY/NAME/format} of tracefs says. Source: {@code Documentation/trace/events.rst}.
 * Safe for use by several threads, as all links are.
 */
public final class TracepointLink extends KernelLink {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]*[A-Za-z0-9_-][A-Za-z0-9_.-]*");

    TracepointLink(String description, Kernel kernel, int status) {
        super(description, AttachType.BPF_PERF_EVENT, kernel, status);
    }

    /**
     * Attaches a program to a tracepoint.
     *
     * @param program a tracepoint program
     * @param category the tracepoint's folder below {@code events} in tracefs, such as {@code syscalls}
     * @param name the tracepoint, such as {@code sys_enter_openat}
     * @return the attachment, the caller's to close: a {@code TracepointLink}, or before Linux 5.15 a
     *     {@link PerfAttachment}
     * @throws MissingTargetException if there is no such tracepoint
     * @throws KernelException if tracefs is not mounted or the kernel refuses
     */
    public static Link attach(LoadedProgram program, String category, String name) {
        return attach(program, TracepointOptions.of(category, name));
    }

    /**
     * Attaches a program to a tracepoint.
     *
     * @param program a tracepoint program
     * @param options the tracepoint and more
     * @return the attachment, the caller's to close: a {@code TracepointLink}, or a {@link PerfAttachment} before Linux
     *     5.15 and where the mode says so
     * @throws MissingTargetException if there is no such tracepoint
     * @throws KernelException if tracefs is not mounted or the kernel refuses
     */
    public static Link attach(LoadedProgram program, TracepointOptions options) {
        String description = "program '%s' on tracepoint %s/%s".formatted(program.name(), options.category(),
                options.name());
        var request = new PerfEvents.Request(program, description, options.cookie(), options.mode());
        int id = findId(options, TraceFs.require(Step.ATTACH, description), description);
        return PerfEvents.attach(request, PerfEvents.openTracepoint(request, id),
                status -> new TracepointLink(description, program.kernel(), status));
    }

    /**
     * Attaches a program to what its section name says: {@code tracepoint/CATEGORY/NAME} or {@code tp/CATEGORY/NAME}.
     *
     * @param program a tracepoint program of an object
     * @return the attachment, the caller's to close
     * @throws KernelException if the section names no tracepoint, or as {@link #attach} says
     */
    public static Link attachBySection(LoadedProgram program) {
        SectionTarget target = SectionTarget.of(program);
        int slash = target.text().indexOf('/');
        if (slash < 0) {
            throw target.malformed("category/name");
        }
        return attach(program, target.text().substring(0, slash), target.text().substring(slash + 1));
    }

    private static int findId(TracepointOptions options, TraceFs fs, String description) {
        if (!NAME.matcher(options.category()).matches() || !NAME.matcher(options.name()).matches()) {
            throw missing(options, fs, description);
        }
        String text = fs.read("events/%s/%s/id".formatted(options.category(), options.name()), Step.ATTACH, description)
                .orElseThrow(() -> missing(options, fs, description));
        return Integer.parseInt(text.strip());
    }

    private static MissingTargetException missing(TracepointOptions options, TraceFs fs, String description) {
        Path events = fs.folder().resolve("events");
        boolean known = NAME.matcher(options.category()).matches()
                && Files.isDirectory(events.resolve(options.category()));
        NearNames near = new NearNames(known ? options.name() : options.category());
        try (Stream<Path> folders = Files.list(known ? events.resolve(options.category()) : events)) {
            folders.filter(Files::isDirectory).map(folder -> folder.getFileName().toString()).forEach(near::offer);
        } catch (IOException _) {
            // The message does without them.
        }
        String problem = known
                ? "the kernel has no tracepoint '%s' in '%s'".formatted(options.name(), options.category())
                : "the kernel has no tracepoints '%s'".formatted(options.category());
        return new MissingTargetException(description, options.category() + "/" + options.name(),
                problem + ", or the module that brings it is not loaded", near.names());
    }
}
