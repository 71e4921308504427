package bpf4j.kernel;

import bpf4j.sys.BpfCommand;
import bpf4j.sys.Fd;
import bpf4j.sys.Field;
import bpf4j.sys.Kernel;
import bpf4j.sys.MapAttr;
import bpf4j.sys.ObjectAttr;
import bpf4j.sys.ProgAttr;
import java.lang.foreign.MemorySegment;

/**
 * A kernel that is shown a BPF token with every call that takes one, those of probes too. The descriptor stays the
 * caller's.
 */
final class TokenKernel implements Kernel {

    /** {@code BPF_F_TOKEN_FD}: the attr has a token. */
    private static final int BPF_F_TOKEN_FD = 1 << 16;

    private final Kernel kernel;
    private final Fd token;

    TokenKernel(Kernel kernel, Fd token) {
        this.kernel = kernel;
        this.token = token;
    }

    @Override
    public int bpf(BpfCommand command, MemorySegment attr, int sizeBytes) {
        return switch (command) {
            case BPF_MAP_CREATE -> show(command, attr, sizeBytes, MapAttr.Create.MAP_FLAGS,
                    MapAttr.Create.MAP_TOKEN_FD);
            case BPF_PROG_LOAD -> show(command, attr, sizeBytes, ProgAttr.Load.PROG_FLAGS, ProgAttr.Load.PROG_TOKEN_FD);
            case BPF_BTF_LOAD ->
                show(command, attr, sizeBytes, ObjectAttr.BtfLoad.BTF_FLAGS, ObjectAttr.BtfLoad.BTF_TOKEN_FD);
            default -> kernel.bpf(command, attr, sizeBytes);
        };
    }

    private int show(BpfCommand command, MemorySegment attr, int sizeBytes, Field.U32 flags, Field.U32 tokenFd) {
        int number = token.acquire();
        try {
            flags.set(attr, flags.get(attr) | BPF_F_TOKEN_FD);
            tokenFd.set(attr, number);
            return kernel.bpf(command, attr, Math.max(sizeBytes, tokenFd.endBytes()));
        } finally {
            token.release();
        }
    }

    @Override
    public int close(int fd) {
        return kernel.close(fd);
    }

    @Override
    public boolean isImagined() {
        return kernel.isImagined();
    }

    @Override
    public String toString() {
        return kernel + " with " + token;
    }
}
