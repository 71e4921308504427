package bpf4j.cli;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.Step;
import bpf4j.kernel.TraceFs;
import bpf4j.sys.Errno;
import bpf4j.sys.Fd;
import bpf4j.sys.Syscall;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The kernel's trace as it grows: {@code trace_pipe}, where {@code bpf_printk} writes. There is one for the whole
 * system, and what is read from it is gone for others.
 */
final class TracePipe implements AutoCloseable {

    private static final String SUBJECT = "trace output";
    private static final int BUFFER_BYTES = 8192;
    /** Asking now and then, unlike a read that waits, can be ended. */
    private static final long PAUSE_MILLIS = 50;

    private final Fd fd;
    private boolean begun;
    private volatile boolean closed;

    private TracePipe(Fd fd) {
        this.fd = fd;
    }

    /**
     * Opens it.
     *
     * @throws KernelException if it is not there, or this process may not read it
     */
    static TracePipe open() {
        String file = TraceFs.require(Step.READ_EVENTS, SUBJECT).folder().resolve("trace_pipe").toString();
        int number = Syscall.open(file, Syscall.O_RDONLY | Syscall.O_NONBLOCK);
        if (number < 0) {
            throw new KernelException(Step.READ_EVENTS, file, -number);
        }
        return new TracePipe(Fd.owning(number, file));
    }

    /** {@return what to tell a user who would wait in vain, if the trace is switched off} */
    static Optional<String> warning() {
        TraceFs files = TraceFs.require(Step.READ_EVENTS, SUBJECT);
        return files.read("tracing_on", Step.READ_EVENTS, SUBJECT).filter(on -> on.strip().equals("0"))
                .map(_ -> "the kernel's trace is switched off; 1 in %s switches it on"
                        .formatted(files.folder().resolve("tracing_on")));
    }

    /**
     * Prints lines as they come, until this is closed, and then what is still there.
     *
     * @return whether somebody still reads what is printed
     */
    boolean print(LiveLines lines) {
        synchronized (this) {
            begun = true;
        }
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try (Arena arena = Arena.ofConfined(); fd) {
            MemorySegment buffer = arena.allocate(BUFFER_BYTES);
            while (true) {
                boolean last = closed;
                long count = Syscall.read(fd.number(), buffer);
                if (count > 0) {
                    split(buffer.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE), line, lines);
                    if (!lines.flush()) {
                        return false;
                    }
                } else if (last || count != -Errno.EAGAIN.number() && count != -Errno.EINTR.number() && count != 0) {
                    return true;
                } else {
                    Thread.sleep(PAUSE_MILLIS);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private static void split(byte[] bytes, ByteArrayOutputStream line, LiveLines lines) {
        for (byte b : bytes) {
            if (b == '\n') {
                print(line.toString(StandardCharsets.UTF_8), lines);
                line.reset();
            } else {
                line.write(b);
            }
        }
    }

    private static void print(String text, LiveLines lines) {
        if (lines.json()) {
            lines.json(json -> {
                json.writeStartObject();
                json.writeStringField("trace", text);
                json.writeEndObject();
            });
        } else {
            lines.text(text);
        }
    }

    /** Ends the printing, soon. */
    @Override
    public synchronized void close() {
        closed = true;
        if (!begun) {
            fd.close();
        }
    }
}
