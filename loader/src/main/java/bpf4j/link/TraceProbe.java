package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.Step;
import bpf4j.kernel.TraceFs;
import bpf4j.sys.CallBuffer;
import bpf4j.sys.Errno;
import bpf4j.sys.Fd;
import bpf4j.sys.Syscall;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A probe written into {@code kprobe_events} or {@code uprobe_events} of tracefs, where it is an event like others
 * until it is removed. Source: {@code Documentation/trace/kprobetrace.rst}.
 */
final class TraceProbe {

    /** A probe at a function's call, or at an instruction. */
    static final String CALL = "p";
    /** A probe at a function's return. */
    static final String RETURN = "r";

    /** {@code MAX_EVENT_NAME_LEN} of {@code kernel/trace/trace_probe.h}, with the NUL. */
    private static final int MAX_NAME = 64;
    private static final String GROUP = "bpf4j";
    private static final int MAX_RETRIES = 100;
    private static final long RETRY_NANOS = 1_000_000;
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final TraceFs fs;
    private final String file;
    private final String name;
    private final int id;

    private TraceProbe(TraceFs fs, String file, String name, int id) {
        this.fs = fs;
        this.file = file;
        this.name = name;
        this.id = id;
    }

    /**
     * Writes a probe.
     *
     * @param fs where
     * @param file {@code kprobe_events} or {@code uprobe_events}
     * @param kind {@link #CALL}, or {@link #RETURN} with, for kprobes, the number of calls under way behind it
     * @param hint what the event's name shall make people think of
     * @param place the place, in the words of the file
     * @param description what is to be attached, for messages
     * @return the probe, to be {@link #remove}d
     * @throws KernelException if the kernel refuses
     */
    static TraceProbe write(TraceFs fs, String file, String kind, String hint, String place,
            String description) {
        String name = name(hint, Process.PREFIX, COUNT.incrementAndGet());
        int status = append(fs, file, "%s:%s/%s %s".formatted(kind, GROUP, name, place));
        if (status < 0) {
            throw new KernelException(Step.ATTACH, description, -status, "writing to " + fs.folder().resolve(file));
        }
        TraceProbe probe = new TraceProbe(fs, file, name, -1);
        try {
            String text = fs.read("events/%s/%s/id".formatted(GROUP, name), Step.ATTACH, description)
                    .orElseThrow(() -> new KernelException(Step.ATTACH, description, 0,
                            "tracefs took the probe " + name + " and does not show it"));
            return new TraceProbe(fs, file, name, Integer.parseInt(text.strip()));
        } catch (RuntimeException e) {
            probe.remove();
            throw e;
        }
    }

    /** {@return the event's id, the {@code config} of a tracepoint's perf event} */
    int id() {
        return id;
    }

    /**
     * Removes the probe. The kernel refuses as long as an event of it is open, which a process that is just being
     * started may have for a moment, until it runs its own program.
     */
    void remove() {
        int status = append(fs, file, "-:%s/%s".formatted(GROUP, name));
        for (int i = 0; status == -Errno.EBUSY.number() && i < MAX_RETRIES; i++) {
            LockSupport.parkNanos(RETRY_NANOS);
            status = append(fs, file, "-:%s/%s".formatted(GROUP, name));
        }
        if (status < 0) {
            System.getLogger(TraceProbe.class.getName()).log(Level.WARNING,
                    "{0}: the probe {1}/{2} stays: {3}", fs.folder().resolve(file), GROUP, name, Errno.name(-status));
        }
    }

    /**
     * {@return a name that no other probe has, of what the kernel takes in names: a second probe of one name would
     * become a part of the first}
     */
    static String name(String hint, String prefix, int count) {
        String name = "%s_%d_%s".formatted(prefix, count, hint.replaceAll("[^A-Za-z0-9_]", "_"));
        return name.substring(0, Math.min(name.length(), MAX_NAME - 1));
    }

    /** Opening the file to overwrite it would remove everybody's probes. */
    private static int append(TraceFs fs, String file, String command) {
        int number = Syscall.open(fs.folder().resolve(file).toString(), Syscall.O_WRONLY | Syscall.O_APPEND);
        if (number < 0) {
            return number;
        }
        try (Fd fd = Fd.owning(number, file); var buffer = CallBuffer.acquire()) {
            byte[] line = (command + "\n").getBytes(StandardCharsets.UTF_8);
            MemorySegment memory = buffer.allocate(line.length, 1);
            MemorySegment.copy(line, 0, memory, ValueLayout.JAVA_BYTE, 0, line.length);
            return (int) Syscall.write(fd.number(), memory);
        }
    }

    /** Process ids repeat in containers, which share one tracefs. */
    private static final class Process {
        static final String PREFIX = "p%d_%08x".formatted(ProcessHandle.current().pid(), new SecureRandom().nextInt());
    }

    @Override
    public String toString() {
        return GROUP + "/" + name;
    }
}
