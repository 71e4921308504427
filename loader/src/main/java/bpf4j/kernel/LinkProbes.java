package bpf4j.kernel;

import bpf4j.object.AttachType;
import bpf4j.object.ProgramType;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import bpf4j.sys.LinkAttr;
import bpf4j.sys.ObjectAttr;
import bpf4j.sys.ProgAttr;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Probes for features of links and tokens. All ask for something impossible, and tell from the errno how far the kernel
 * got.
 */
final class LinkProbes {

    private static final int NO_FD = -1;
    private static final int NO_PID = -1;

    private LinkProbes() {
    }

    static FeatureSupport perfLink(ProbeCalls calls) {
        int program = calls.program(ProgramType.BPF_PROG_TYPE_TRACEPOINT, ProgramProbes.EMPTY);
        if (program < 0) {
            return FeatureSupport.INCONCLUSIVE;
        }
        MemorySegment attr = LinkAttr.Create.STRUCT.allocate(calls.arena());
        LinkAttr.Create.PROG_FD.set(attr, program);
        LinkAttr.Create.TARGET_FD.set(attr, NO_FD);
        LinkAttr.Create.ATTACH_TYPE.set(attr, AttachType.BPF_PERF_EVENT.number());
        return ProbeCalls.judgeRefusal(
                calls.bpf(BpfCommand.BPF_LINK_CREATE, attr, LinkAttr.Create.STRUCT.sizeBytes()), Errno.EBADF);
    }

    static FeatureSupport uprobeMulti(ProbeCalls calls) {
        int program = calls.program(ProgramType.BPF_PROG_TYPE_KPROBE, attr -> ProgAttr.Load.EXPECTED_ATTACH_TYPE.set(
                attr, AttachType.BPF_TRACE_UPROBE_MULTI.number()), ProgramProbes.EMPTY);
        if (program < 0) {
            return FeatureSupport.INCONCLUSIVE;
        }
        FeatureSupport known = ProbeCalls.judgeRefusal(uprobes(calls, program, 0), Errno.EBADF);
        if (known != FeatureSupport.SUPPORTED) {
            return known;
        }
        // Kernels that would trace all processes for any pid do not look at it before they look at the file.
        return uprobes(calls, program, NO_PID) == -Errno.EINVAL.number()
                ? FeatureSupport.SUPPORTED : FeatureSupport.MISSING;
    }

    /** A folder has no functions to attach to. */
    private static int uprobes(ProbeCalls calls, int program, int pid) {
        MemorySegment attr = LinkAttr.CreateUprobeMulti.STRUCT.allocate(calls.arena());
        LinkAttr.Create.PROG_FD.set(attr, program);
        LinkAttr.Create.ATTACH_TYPE.set(attr, AttachType.BPF_TRACE_UPROBE_MULTI.number());
        LinkAttr.CreateUprobeMulti.PATH.set(attr, calls.arena().allocateFrom("/"));
        LinkAttr.CreateUprobeMulti.OFFSETS.set(attr, calls.arena().allocate(ValueLayout.JAVA_LONG));
        LinkAttr.CreateUprobeMulti.CNT.set(attr, 1);
        LinkAttr.CreateUprobeMulti.PID.set(attr, pid);
        return calls.bpf(BpfCommand.BPF_LINK_CREATE, attr, LinkAttr.CreateUprobeMulti.STRUCT.sizeBytes());
    }

    static FeatureSupport token(ProbeCalls calls) {
        MemorySegment attr = ObjectAttr.TokenCreate.STRUCT.allocate(calls.arena());
        ObjectAttr.TokenCreate.BPFFS_FD.set(attr, NO_FD);
        return ProbeCalls.judgeRefusal(
                calls.bpf(BpfCommand.BPF_TOKEN_CREATE, attr, ObjectAttr.TokenCreate.STRUCT.sizeBytes()), Errno.EBADF);
    }
}
