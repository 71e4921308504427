package bpf4j.kernel;

import static java.util.Map.entry;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfBuilder;
import bpf4j.btf.BtfType;
import bpf4j.object.ProgramType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Arguments of global subprograms that a declaration tag calls the program's context. Kernels before 6.8 do not look at
 * the tag: for them the type has to say it, a pointer to the struct of this name. Source: {@code
 * include/linux/bpf_types.h}, and {@code btf_validate_prog_ctx_type} of newer kernels for what the tag may stand at.
 */
final class ContextArguments {

    private static final String TAG = "arg:ctx";
    private static final String SOCKET_BUFFER = "__sk_buff";
    private static final String REGISTERS = "bpf_user_pt_regs_t";
    private static final String RAW_TRACEPOINT = "bpf_raw_tracepoint_args";

    /** The struct for each type of program; types that are not here have no context that a type could name. */
    static final Map<ProgramType, String> CONTEXTS = Map.ofEntries(
            entry(ProgramType.BPF_PROG_TYPE_CGROUP_DEVICE, "bpf_cgroup_dev_ctx"),
            entry(ProgramType.BPF_PROG_TYPE_CGROUP_SKB, SOCKET_BUFFER),
            entry(ProgramType.BPF_PROG_TYPE_CGROUP_SOCK, "bpf_sock"),
            entry(ProgramType.BPF_PROG_TYPE_CGROUP_SOCK_ADDR, "bpf_sock_addr"),
            entry(ProgramType.BPF_PROG_TYPE_CGROUP_SOCKOPT, "bpf_sockopt"),
            entry(ProgramType.BPF_PROG_TYPE_CGROUP_SYSCTL, "bpf_sysctl"),
            entry(ProgramType.BPF_PROG_TYPE_FLOW_DISSECTOR, SOCKET_BUFFER),
            entry(ProgramType.BPF_PROG_TYPE_KPROBE, REGISTERS),
            entry(ProgramType.BPF_PROG_TYPE_LWT_IN, SOCKET_BUFFER),
            entry(ProgramType.BPF_PROG_TYPE_LWT_OUT, SOCKET_BUFFER),
            entry(ProgramType.BPF_PROG_TYPE_LWT_SEG6LOCAL, SOCKET_BUFFER),
            entry(ProgramType.BPF_PROG_TYPE_LWT_XMIT, SOCKET_BUFFER),
            entry(ProgramType.BPF_PROG_TYPE_NETFILTER, "bpf_nf_ctx"),
            entry(ProgramType.BPF_PROG_TYPE_PERF_EVENT, "bpf_perf_event_data"),
            entry(ProgramType.BPF_PROG_TYPE_RAW_TRACEPOINT, RAW_TRACEPOINT),
            entry(ProgramType.BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE, RAW_TRACEPOINT),
            entry(ProgramType.BPF_PROG_TYPE_SCHED_ACT, SOCKET_BUFFER),
            entry(ProgramType.BPF_PROG_TYPE_SCHED_CLS, SOCKET_BUFFER),
            entry(ProgramType.BPF_PROG_TYPE_SK_LOOKUP, "bpf_sk_lookup"),
            entry(ProgramType.BPF_PROG_TYPE_SK_MSG, "sk_msg_md"),
            entry(ProgramType.BPF_PROG_TYPE_SK_REUSEPORT, "sk_reuseport_md"),
            entry(ProgramType.BPF_PROG_TYPE_SK_SKB, SOCKET_BUFFER),
            entry(ProgramType.BPF_PROG_TYPE_SOCK_OPS, "bpf_sock_ops"),
            entry(ProgramType.BPF_PROG_TYPE_SOCKET_FILTER, SOCKET_BUFFER),
            entry(ProgramType.BPF_PROG_TYPE_XDP, "xdp_md"));

    /** Structs that stand for the context under another name. */
    private static final Map<ProgramType, Set<String>> OTHER_NAMES = Map.of(
            ProgramType.BPF_PROG_TYPE_KPROBE, Set.of("pt_regs"),
            ProgramType.BPF_PROG_TYPE_PERF_EVENT, Set.of("pt_regs", "user_pt_regs", "user_regs_struct"));
    private static final Set<ProgramType> REGISTERS_BY_TYPEDEF =
            Set.of(ProgramType.BPF_PROG_TYPE_KPROBE, ProgramType.BPF_PROG_TYPE_PERF_EVENT);
    private static final Set<ProgramType> ARRAY_OF_ARGUMENTS =
            Set.of(ProgramType.BPF_PROG_TYPE_RAW_TRACEPOINT, ProgramType.BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE);

    private ContextArguments() {
    }

    /**
     * Gives tagged arguments the type that older kernels go by. Ids stay what they are.
     *
     * @param types the object's types
     * @param programType the type of the program
     * @param functions the program's subprograms, as ids of {@link BtfType.Func}
     * @return the changed types; empty where there is nothing to change
     */
    static Optional<Btf> retyped(Btf types, ProgramType programType, Set<Integer> functions) {
        String context = CONTEXTS.get(programType);
        BtfBuilder copy = null;
        int pointer = 0;
        for (int id = types.firstOwnId(); context != null && id < types.typeCount(); id++) {
            if (types.type(id) instanceof BtfType.DeclTag tag && tag.name().equals(TAG)
                    && functions.contains(tag.typeId())
                    && isRetyped(types, tag, programType, context)) {
                if (copy == null) {
                    copy = BtfBuilder.copyOf(types);
                    pointer = copy.add(new BtfType.Ptr(copy.add(new BtfType.Struct(context, 0, false, List.of()))));
                }
                retype(copy, tag, pointer);
            }
        }
        return Optional.ofNullable(copy).map(c -> c.build(types.order(), types.name()));
    }

    /** Static functions are verified with what their callers pass, and other types of argument no kernel accepts. */
    private static boolean isRetyped(Btf types, BtfType.DeclTag tag, ProgramType programType, String context) {
        return types.type(tag.typeId()) instanceof BtfType.Func function && function.linkage() == BtfType.Func.GLOBAL
                && types.type(function.typeId()) instanceof BtfType.FuncProto prototype
                && tag.componentIndex() >= 0 && tag.componentIndex() < prototype.params().size()
                && types.stripped(prototype.params().get(tag.componentIndex()).typeId()) instanceof BtfType.Ptr argument
                && stands(types, argument.typeId(), programType, context);
    }

    /** Whether a pointer to this type may stand for the context and does not yet do so for older kernels. */
    private static boolean stands(Btf types, int typeId, ProgramType programType, String context) {
        int id = typeId;
        while (types.type(id) instanceof BtfType.Modifier modifier) {
            if (modifier instanceof BtfType.Typedef typedef && typedef.name().equals(REGISTERS)
                    && REGISTERS_BY_TYPEDEF.contains(programType)) {
                return true;
            }
            id = modifier.typeId();
        }
        BtfType type = types.type(id);
        return type instanceof BtfType.Void
                || type instanceof BtfType.Struct struct && !struct.name().equals(context)
                        && OTHER_NAMES.getOrDefault(programType, Set.of()).contains(struct.name())
                || type instanceof BtfType.Int number && number.sizeBytes() == Long.BYTES
                        && ARRAY_OF_ARGUMENTS.contains(programType);
    }

    /** The prototype is cloned, as functions may share one; a function with two tags gets two clones. */
    private static void retype(BtfBuilder copy, BtfType.DeclTag tag, int pointer) {
        BtfType.Func function = (BtfType.Func) copy.get(tag.typeId());
        BtfType.FuncProto prototype = (BtfType.FuncProto) copy.get(function.typeId());
        List<BtfType.Param> params = new ArrayList<>(prototype.params());
        params.set(tag.componentIndex(), new BtfType.Param(params.get(tag.componentIndex()).name(), pointer));
        int clone = copy.add(new BtfType.FuncProto(prototype.returnTypeId(), params));
        copy.set(tag.typeId(), new BtfType.Func(function.name(), clone, function.linkage()));
    }
}
