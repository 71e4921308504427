package bpf4j.kernel;

import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfType;
import bpf4j.insn.Insn;
import bpf4j.insn.Opcode;
import bpf4j.object.AttachType;
import bpf4j.object.ProgramType;
import bpf4j.sys.Errno;
import bpf4j.sys.ProgAttr;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** Probes for features of programs: each loads the least program that needs the feature. */
final class ProgramProbes {

    private static final long EXIT = Insn.of(Opcode.BPF_JMP | Opcode.BPF_EXIT, 0, 0, 0, 0);
    /** A program that does nothing. */
    static final long[] EMPTY = {move(0, 0), EXIT};

    /** Helpers, by {@code enum bpf_func_id}. */
    private static final int BPF_FUNC_PROBE_READ = 4;
    private static final int BPF_FUNC_PROBE_READ_KERNEL = 113;
    private static final int BPF_FUNC_KTIME_GET_COARSE_NS = 160;
    private static final int BPF_FUNC_GET_ATTACH_COOKIE = 174;

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
                ProgramType.BPF_PROG_TYPE_SOCKET_FILTER, mapValue(map), 16L << 32, move(0, 0), EXIT));
    }

    static FeatureSupport expectedAttachType(ProbeCalls calls) {
        return judge(calls, ProgramType.BPF_PROG_TYPE_CGROUP_SOCK, calls.program(ProgramType.BPF_PROG_TYPE_CGROUP_SOCK,
                attr -> ProgAttr.Load.EXPECTED_ATTACH_TYPE.set(
                        attr, AttachType.BPF_CGROUP_INET_SOCK_CREATE.number()), EMPTY));
    }

    static FeatureSupport probeReadKernel(ProbeCalls calls) {
        return ProbeCalls.judge(
                calls.program(ProgramType.BPF_PROG_TYPE_TRACEPOINT, reading(BPF_FUNC_PROBE_READ_KERNEL)),
                () -> calls.program(ProgramType.BPF_PROG_TYPE_TRACEPOINT, reading(BPF_FUNC_PROBE_READ)));
    }

    /** Reads eight bytes from nowhere onto the stack. */
    private static long[] reading(int helper) {
        return new long[] {
            Insn.of(Opcode.BPF_ALU64 | Opcode.BPF_MOV | Opcode.BPF_X, 1, 10, 0, 0),
            Insn.of(Opcode.BPF_ALU64 | Opcode.BPF_ADD | Opcode.BPF_K, 1, 0, 0, -8),
            move(2, 8), move(3, 0), call(helper), move(0, 0), EXIT,
        };
    }

    static FeatureSupport cookie(ProbeCalls calls) {
        return judge(calls, ProgramType.BPF_PROG_TYPE_TRACEPOINT, calls.program(
                ProgramType.BPF_PROG_TYPE_TRACEPOINT, call(BPF_FUNC_GET_ATTACH_COOKIE), EXIT));
    }

    /** No call tells; a helper that came with the same release does. */
    static FeatureSupport memcgAccount(ProbeCalls calls) {
        return judge(calls, ProgramType.BPF_PROG_TYPE_SOCKET_FILTER, calls.program(
                ProgramType.BPF_PROG_TYPE_SOCKET_FILTER, call(BPF_FUNC_KTIME_GET_COARSE_NS), EXIT));
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
        MemorySegment funcInfo = calls.arena().allocateFrom(ValueLayout.JAVA_INT, 0, main, 2, subprogram);
        return calls.program(ProgramType.BPF_PROG_TYPE_KPROBE, attr -> {
            ProgAttr.Load.PROG_BTF_FD.set(attr, btf);
            ProgAttr.Load.FUNC_INFO.set(attr, funcInfo);
            ProgAttr.Load.FUNC_INFO_CNT.set(attr, 2);
            ProgAttr.Load.FUNC_INFO_REC_SIZE.set(attr, 2 * Integer.BYTES);
        }, Insn.of(Opcode.BPF_JMP | Opcode.BPF_CALL, 0, Opcode.BPF_PSEUDO_CALL, 0, 1), EXIT,
                call(BPF_FUNC_GET_ATTACH_COOKIE), EXIT);
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
        }, mapValue(map), 1L << 63, move(0, 0), EXIT);
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

    /** The first slot; the offset stands in the upper half of the second. */
    private static long mapValue(int map) {
        return Insn.of(Opcode.BPF_LD | Opcode.BPF_IMM | Opcode.BPF_DW, 1, Opcode.BPF_PSEUDO_MAP_VALUE, 0, map);
    }

    private static long move(int register, int value) {
        return Insn.of(Opcode.BPF_ALU64 | Opcode.BPF_MOV | Opcode.BPF_K, register, 0, 0, value);
    }

    private static long call(int helper) {
        return Insn.of(Opcode.BPF_JMP | Opcode.BPF_CALL, 0, 0, 0, helper);
    }
}
