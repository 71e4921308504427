package bpf4j.kernel;

import bpf4j.sys.BpfCommand;
import bpf4j.sys.CallBuffer;
import bpf4j.sys.Errno;
import bpf4j.sys.ErrnoMemory;
import bpf4j.sys.Kernel;
import bpf4j.sys.Syscall;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A kernel that counts BPF objects against {@code RLIMIT_MEMLOCK}, as all did before 5.11, refuses with EPERM when the
 * limit is reached. This raises the limit then, once, and tries again, unless the kernel is known to be newer: where
 * the limit is reached, the probe is refused as well. The hard limit is never lowered, and nothing is asked while calls
 * succeed.
 */
final class MemlockRaisingKernel implements Kernel {

    private static final long RLIM_INFINITY = -1L;
    private static final long RLIMIT_BYTES = 16;

    private final Kernel kernel;
    private final KernelFeatures features;
    private boolean tried;

    MemlockRaisingKernel(Kernel kernel, KernelFeatures features) {
        this.kernel = kernel;
        this.features = features;
    }

    @Override
    public int bpf(BpfCommand command, MemorySegment attr, int sizeBytes) {
        int status = kernel.bpf(command, attr, sizeBytes);
        if (status == -Errno.EPERM.number() && charges(command) && raise()) {
            return kernel.bpf(command, attr, sizeBytes);
        }
        return status;
    }

    /** Such calls make nothing that is charged for. */
    @Override
    public int bpf(BpfCommand command, MemorySegment attr, int sizeBytes, ErrnoMemory errno) {
        return kernel.bpf(command, attr, sizeBytes, errno);
    }

    @Override
    public int close(int fd) {
        return kernel.close(fd);
    }

    @Override
    public boolean isImagined() {
        return kernel.isImagined();
    }

    private static boolean charges(BpfCommand command) {
        return command == BpfCommand.BPF_MAP_CREATE || command == BpfCommand.BPF_PROG_LOAD
                || command == BpfCommand.BPF_BTF_LOAD;
    }

    private synchronized boolean raise() {
        if (tried) {
            return false;
        }
        tried = true;
        if (features.ask(KernelFeature.MEMCG_ACCOUNT) == FeatureSupport.SUPPORTED) {
            return false;
        }
        try (var buffer = CallBuffer.acquire()) {
            MemorySegment limit = buffer.allocate(RLIMIT_BYTES, Long.BYTES);
            limit.set(ValueLayout.JAVA_LONG, 0, RLIM_INFINITY);
            limit.set(ValueLayout.JAVA_LONG, Long.BYTES, RLIM_INFINITY);
            return Syscall.prlimit(0, Syscall.RLIMIT_MEMLOCK, limit, MemorySegment.NULL) >= 0;
        }
    }

    @Override
    public String toString() {
        return kernel.toString();
    }
}
