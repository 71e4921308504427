package bpf4j.kernel;

import bpf4j.sys.BpfCalls;
import bpf4j.sys.Errno;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The streams of text that a program has, like a process: the kernel keeps what is written to them until it is read, or
 * the program goes. Source: {@code enum bpf_stream_id} of {@code <linux/bpf.h>}.
 */
public enum ProgramStream {
    /** What the program writes with the kernel function {@code bpf_stream_vprintk}. */
    BPF_STDOUT(1),
    /** The same, and what the kernel says of the program: loops that took too long, faults in an arena. */
    BPF_STDERR(2);

    /** More than the kernel keeps of a stream, which is 100,000 bytes. */
    private static final int BUFFER_BYTES = 1 << 17;
    /** A program that writes as fast as it is read must not keep the reader for ever. */
    private static final int MAX_READS = 16;

    private final int number;

    ProgramStream(int number) {
        this.number = number;
    }

    /** {@return the number that the kernel knows it by} */
    public int number() {
        return number;
    }

    /** Takes what is there. What was taken before a read fails is given back all the same. */
    byte[] read(BpfCalls calls, int program, String subject) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(BUFFER_BYTES);
            for (int i = 0; i < MAX_READS; i++) {
                int count = calls.programs().readStream(program, number, buffer);
                if (count < 0 && text.size() == 0 && count != -Errno.EINTR.number()) {
                    throw KernelException.refused(Step.READ_EVENTS, subject, name(), -count);
                }
                if (count <= 0) {
                    break;
                }
                text.writeBytes(buffer.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE));
            }
        }
        return text.toByteArray();
    }
}
