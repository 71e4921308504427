package bpf4j.kernel;

import bpf4j.object.ProgramType;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import bpf4j.sys.Kernel;
import bpf4j.sys.ProgAttr.TestRun;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** One {@code BPF_PROG_TEST_RUN}. */
final class TestRunCall {

    /** What becomes of the context. */
    private enum Context {
        /** The kernel copies it to a buffer of its own. */
        OUT,
        /** The kernel writes it back to where it came from, and takes no other buffer. */
        IN_PLACE,
        /** It is not given back. */
        NONE
    }

    private static final byte[] NOTHING = new byte[0];
    /** More than any context has: a kernel's struct may be larger than what the caller gives. */
    private static final int CONTEXT_BYTES = 1024;

    private TestRunCall() {
    }

    static TestRunResult run(Kernel kernel, int fd, ProgramType type, String subject, TestRunOptions options) {
        byte[] data = options.data();
        byte[] context = options.context();
        Context form = context.length == 0 ? Context.NONE : form(type);
        boolean live = (options.flags() & TestRunOptions.BPF_F_TEST_XDP_LIVE_FRAMES) != 0;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = TestRun.STRUCT.allocate(arena);
            TestRun.PROG_FD.set(attr, fd);
            TestRun.REPEAT.set(attr, options.repeat());
            TestRun.FLAGS.set(attr, options.flags());
            TestRun.CPU.set(attr, options.cpu().orElse(0));
            TestRun.BATCH_SIZE.set(attr, options.batchSize());
            int dataOutBytes = data.length == 0 || live || !givesDataBack(type) ? 0 : options.dataOutBytes();
            MemorySegment dataOut = MemorySegment.NULL;
            if (data.length > 0) {
                TestRun.DATA_IN.set(attr, copy(arena, data));
                TestRun.DATA_SIZE_IN.set(attr, data.length);
            }
            if (dataOutBytes > 0) {
                dataOut = arena.allocate(dataOutBytes);
                TestRun.DATA_OUT.set(attr, dataOut);
                TestRun.DATA_SIZE_OUT.set(attr, dataOutBytes);
            }
            MemorySegment contextOut = MemorySegment.NULL;
            if (context.length > 0) {
                contextOut = copy(arena, context);
                TestRun.CTX_IN.set(attr, contextOut);
                TestRun.CTX_SIZE_IN.set(attr, context.length);
            }
            if (form == Context.OUT && !live) {
                contextOut = arena.allocate(Math.max(CONTEXT_BYTES, context.length), Long.BYTES);
                TestRun.CTX_OUT.set(attr, contextOut);
                TestRun.CTX_SIZE_OUT.set(attr, Math.toIntExact(contextOut.byteSize()));
            }
            int status = kernel.bpf(BpfCommand.BPF_PROG_TEST_RUN, attr, sizeBytes(options));
            int dataSize = dataOutBytes == 0 ? 0 : TestRun.DATA_SIZE_OUT.get(attr);
            boolean cut = status == -Errno.ENOSPC.number() && dataSize > dataOutBytes;
            if (status < 0 && !cut) {
                throw KernelException.refused(Step.TEST_RUN, subject, type.name(), -status);
            }
            int contextBytes = cut || live || form == Context.NONE ? 0
                    : form == Context.IN_PLACE ? context.length : TestRun.CTX_SIZE_OUT.get(attr);
            return new TestRunResult(TestRun.RETVAL.get(attr), Integer.toUnsignedLong(TestRun.DURATION.get(attr)),
                    bytes(dataOut, Math.min(dataSize, dataOutBytes)), dataSize, bytes(contextOut, contextBytes));
        }
    }

    /** The later fields are hidden from kernels that may not have them, unless they are used. */
    private static int sizeBytes(TestRunOptions options) {
        return options.batchSize() != 0 ? TestRun.STRUCT.sizeBytes()
                : options.flags() != 0 || options.cpu().isPresent() ? TestRun.CPU.endBytes()
                : TestRun.CTX_OUT.endBytes();
    }

    private static Context form(ProgramType type) {
        return switch (type) {
            case BPF_PROG_TYPE_SYSCALL -> Context.IN_PLACE;
            case BPF_PROG_TYPE_RAW_TRACEPOINT, BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE, BPF_PROG_TYPE_TRACING,
                    BPF_PROG_TYPE_FLOW_DISSECTOR, BPF_PROG_TYPE_NETFILTER -> Context.NONE;
            default -> Context.OUT;
        };
    }

    /** The run of a tracing program does not look at data, nor at the room for it, and leaves its size as it was. */
    private static boolean givesDataBack(ProgramType type) {
        return type != ProgramType.BPF_PROG_TYPE_TRACING;
    }

    private static MemorySegment copy(Arena arena, byte[] bytes) {
        return arena.allocate(bytes.length, Long.BYTES).copyFrom(MemorySegment.ofArray(bytes));
    }

    private static byte[] bytes(MemorySegment memory, int count) {
        return count == 0 ? NOTHING : memory.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE);
    }
}
