package bpf4j.link;

import bpf4j.object.ProgramType;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import bpf4j.sys.Kernel;
import bpf4j.sys.ProgAttr;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The running kernel without what Linux 5.15 brought: links of perf events, and the helper that reads a cookie. */
final class KernelWithoutCookies implements Kernel {

    /** The probe for the helper calls it and exits. */
    private static final int PROBE_INSNS = 2;
    private static final byte CALL = (byte) 0x85;

    @Override
    public int bpf(BpfCommand command, MemorySegment attr, int sizeBytes) {
        boolean isProbe = command == BpfCommand.BPF_PROG_LOAD && ProgAttr.Load.INSN_CNT.get(attr) == PROBE_INSNS
                && ProgAttr.Load.PROG_TYPE.get(attr) == ProgramType.BPF_PROG_TYPE_TRACEPOINT.number()
                && MemorySegment.ofAddress(ProgAttr.Load.INSNS.get(attr)).reinterpret(1)
                        .get(ValueLayout.JAVA_BYTE, 0) == CALL;
        return command == BpfCommand.BPF_LINK_CREATE || isProbe ? -Errno.EINVAL.number()
                : Kernel.RUNNING.bpf(command, attr, sizeBytes);
    }

    @Override
    public int close(int fd) {
        return Kernel.RUNNING.close(fd);
    }
}
