package bpf4j.kernel;

import static bpf4j.insn.Register.R0;
import static bpf4j.insn.Register.R1;
import static bpf4j.insn.Register.R10;
import static bpf4j.insn.Register.R2;
import static bpf4j.insn.Register.R3;

import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfType;
import bpf4j.insn.Assembler;
import bpf4j.insn.Code;
import bpf4j.object.AttachType;
import bpf4j.object.ProgramType;
import bpf4j.sys.Errno;
import bpf4j.sys.ProgAttr;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** Probes for features of programs: each loads the least program that needs the feature. */
final class ProgramProbes {

    /** A program that does nothing. */
    static final Code EMPTY = new Assembler().mov(R0, 0).exit().assemble();

    private static final int VALUE_BYTES = 32;
    private static final int LOG_BYTES = 1 << 14;

    private ProgramProbes() {
    }

    static FeatureSupport progName(ProbeCalls calls) {
        return judge(calls, ProgramType.BPF_PROG_TYPE_SOCKET_FILTER,
                calls.program(ProgramType.BPF_PROG_TYPE_SOCKET_FILTER,
                        attr -> ProgAttr.Load.PROG_NAME.setString(attr, "probe"), EMPTY));
    }

    static FeatureSupport globalData(ProbeCalls calls) {
        int map = calls.array(VALUE_BYTES, 0);
        if (map < 0) {
            return FeatureSupport.INCONCLUSIVE;
        }
        return judge(calls, ProgramType.BPF_PROG_TYPE_SOCKET_FILTER, calls.program(
                ProgramType.BPF_PROG_TYPE_SOCKET_FILTER,
                new Assembler().loadMapValueFd(R1, map, VALUE_BYTES / 2).mov(R0, 0).exit().assemble()));
    }

    static FeatureSupport expectedAttachType(ProbeCalls calls) {
        return judge(calls, ProgramType.BPF_PROG_TYPE_CGROUP_SOCK, calls.program(ProgramType.BPF_PROG_TYPE_CGROUP_SOCK,
                attr -> ProgAttr.Load.EXPECTED_ATTACH_TYPE.set(
                        attr, AttachType.BPF_CGROUP_INET_SOCK_CREATE.number()), EMPTY));
    }

    static FeatureSupport probeReadKernel(ProbeCalls calls) {
        return ProbeCalls.judge(
                calls.program(ProgramType.BPF_PROG_TYPE_TRACEPOINT, reading("bpf_probe_read_kernel")),
                () -> calls.program(ProgramType.BPF_PROG_TYPE_TRACEPOINT, reading("bpf_probe_read")));
    }

    /** Reads eight bytes from nowhere onto the stack. */
    private static Code reading(String helper) {
        return new Assembler().mov(R1, R10).add(R1, -8).mov(R2, 8).mov(R3, 0).call(helper).mov(R0, 0).exit().assemble();
    }

    static FeatureSupport cookie(ProbeCalls calls) {
        return judge(calls, ProgramType.BPF_PROG_TYPE_TRACEPOINT, calls.program(
                ProgramType.BPF_PROG_TYPE_TRACEPOINT, new Assembler().call("bpf_get_attach_cookie").exit().assemble()));
    }

    /** No call tells; a helper that came with the same release does. */
    static FeatureSupport memcgAccount(ProbeCalls calls) {
        return judge(calls, ProgramType.BPF_PROG_TYPE_SOCKET_FILTER, calls.program(
                ProgramType.BPF_PROG_TYPE_SOCKET_FILTER,
                new Assembler().call("bpf_ktime_get_coarse_ns").exit().assemble()));
    }

    /** A static subprogram is verified with what its caller passes; of a global one only its type and tags say more. */
    static FeatureSupport argCtxTag(ProbeCalls calls) {
        return ProbeCalls.judge(passingContext(calls, BtfType.Func.GLOBAL, true),
                () -> passingContext(calls, BtfType.Func.STATIC, false));
    }

    private static int passingContext(ProbeCalls calls, int linkage, boolean tagged) {
        BtfBuilder types = BtfProbes.withInt();
        int pointer = types.add(new BtfType.Ptr(0));
        int prototype = types.add(new BtfType.FuncProto(1, List.of(new BtfType.Param("context", pointer))));
        int main = types.add(new BtfType.Func("main", prototype, BtfType.Func.GLOBAL));
        int subprogram = types.add(new BtfType.Func("subprogram", prototype, linkage));
        if (tagged) {
            types.add(new BtfType.DeclTag("arg:ctx", subprogram, 0, false));
        }
        int btf = calls.btf(types);
        if (btf < 0) {
            return btf;
        }
        Code code = new Assembler().callFunction("subprogram").exit()
                .label("subprogram").call("bpf_get_attach_cookie").exit().assemble();
        MemorySegment funcInfo = calls.arena().allocateFrom(ValueLayout.JAVA_INT,
                0, main, code.parts().getLast().insnIndex(), subprogram);
        return calls.program(ProgramType.BPF_PROG_TYPE_KPROBE, attr -> {
            ProgAttr.Load.PROG_BTF_FD.set(attr, btf);
            ProgAttr.Load.FUNC_INFO.set(attr, funcInfo);
            ProgAttr.Load.FUNC_INFO_CNT.set(attr, 2);
            ProgAttr.Load.FUNC_INFO_REC_SIZE.set(attr, 2 * Integer.BYTES);
        }, code);
    }

    /** The offset is outside of the value, so the kernel refuses it in any case; its log tells for which reason. */
    static FeatureSupport largeOffset(ProbeCalls calls) {
        int map = calls.array(VALUE_BYTES, 0);
        if (map < 0) {
            return FeatureSupport.INCONCLUSIVE;
        }
        MemorySegment log = calls.arena().allocate(LOG_BYTES);
        int result = calls.program(ProgramType.BPF_PROG_TYPE_SOCKET_FILTER, attr -> {
            ProgAttr.Load.LOG_LEVEL.set(attr, 1);
            ProgAttr.Load.LOG_BUF.set(attr, log);
            ProgAttr.Load.LOG_SIZE.set(attr, LOG_BYTES);
        }, new Assembler().loadMapValueFd(R1, map, Integer.MIN_VALUE).mov(R0, 0).exit().assemble());
        if (result != -Errno.EINVAL.number()) {
            return FeatureSupport.INCONCLUSIVE;
        }
        String text = log.getString(0);
        if (text.contains("invalid access to map value pointer")) {
            return FeatureSupport.SUPPORTED;
        }
        return text.contains("direct value offset of") || text.contains("unrecognized bpf_ld_imm64 insn")
                ? FeatureSupport.MISSING : FeatureSupport.INCONCLUSIVE;
    }

    private static FeatureSupport judge(ProbeCalls calls, ProgramType type, int result) {
        return ProbeCalls.judge(result, () -> calls.program(type, EMPTY));
    }
}
