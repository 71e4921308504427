package bpf4j.kernel;

import static bpf4j.insn.Register.R0;

import bpf4j.btf.BtfBuilder;
import bpf4j.insn.Assembler;
import bpf4j.object.AttachType;
import bpf4j.object.MapSpec;
import bpf4j.object.MapType;
import bpf4j.object.ProgramType;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import bpf4j.sys.MapAttr;
import bpf4j.sys.Memory;
import bpf4j.sys.ProgAttr;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/** Probes for types of programs and maps, and for helpers: each makes the least object of a type. */
final class TypeProbes {

    private static final int LOG_BYTES = 1 << 13;
    private static final int BPF_F_NO_PREALLOC = 1;
    private static final int BPF_F_SLEEPABLE = 1 << 4;
    /** A type id that no function has: the kernel refuses it after it has understood what it is for. */
    private static final int NO_FUNCTION = 1;

    private TypeProbes() {
    }

    static FeatureSupport program(ProbeCalls calls, ProgramType type) {
        MemorySegment log = calls.arena().allocate(LOG_BYTES);
        int result = calls.program(type, attr -> {
            options(type, attr);
            log(attr, log);
        }, new Assembler().mov(R0, type == ProgramType.BPF_PROG_TYPE_SK_LOOKUP ? 1 : 0).exit().assemble());
        String refusal = switch (type) {
            case BPF_PROG_TYPE_TRACING, BPF_PROG_TYPE_LSM -> "is not a function";
            case BPF_PROG_TYPE_EXT -> "Cannot replace kernel functions";
            default -> "";
        };
        if (!refusal.isEmpty()) {
            return log.getString(0).contains(refusal) ? FeatureSupport.SUPPORTED
                    : result == -Errno.EINVAL.number() && log.getString(0).isEmpty() ? FeatureSupport.MISSING
                    : FeatureSupport.INCONCLUSIVE;
        }
        if (type == ProgramType.BPF_PROG_TYPE_STRUCT_OPS) {
            return result == -Errno.ENOTSUPP.number() ? FeatureSupport.SUPPORTED
                    : result == -Errno.EINVAL.number() ? FeatureSupport.MISSING : FeatureSupport.INCONCLUSIVE;
        }
        // The type is known to a kernel whose verifier has looked at the program.
        return !log.getString(0).isEmpty() ? FeatureSupport.SUPPORTED : ProbeCalls.judge(result,
                () -> calls.program(ProgramType.BPF_PROG_TYPE_SOCKET_FILTER, ProgramProbes.EMPTY));
    }

    /** What a type does not load without. */
    private static void options(ProgramType type, MemorySegment attr) {
        switch (type) {
            case BPF_PROG_TYPE_CGROUP_SOCK_ADDR -> attach(attr, AttachType.BPF_CGROUP_INET4_CONNECT);
            case BPF_PROG_TYPE_CGROUP_SOCKOPT -> attach(attr, AttachType.BPF_CGROUP_GETSOCKOPT);
            case BPF_PROG_TYPE_SK_LOOKUP -> attach(attr, AttachType.BPF_SK_LOOKUP);
            case BPF_PROG_TYPE_LIRC_MODE2 -> attach(attr, AttachType.BPF_LIRC_MODE2);
            case BPF_PROG_TYPE_NETFILTER -> attach(attr, AttachType.BPF_NETFILTER);
            case BPF_PROG_TYPE_SYSCALL -> ProgAttr.Load.PROG_FLAGS.set(attr, BPF_F_SLEEPABLE);
            case BPF_PROG_TYPE_TRACING -> {
                attach(attr, AttachType.BPF_TRACE_FENTRY);
                ProgAttr.Load.ATTACH_BTF_ID.set(attr, NO_FUNCTION);
            }
            case BPF_PROG_TYPE_LSM -> {
                attach(attr, AttachType.BPF_LSM_MAC);
                ProgAttr.Load.ATTACH_BTF_ID.set(attr, NO_FUNCTION);
            }
            case BPF_PROG_TYPE_EXT, BPF_PROG_TYPE_STRUCT_OPS -> ProgAttr.Load.ATTACH_BTF_ID.set(attr, NO_FUNCTION);
            default -> { }
        }
    }

    private static void attach(MemorySegment attr, AttachType type) {
        ProgAttr.Load.EXPECTED_ATTACH_TYPE.set(attr, type.number());
    }

    private static void log(MemorySegment attr, MemorySegment log) {
        ProgAttr.Load.LOG_LEVEL.set(attr, 1);
        ProgAttr.Load.LOG_BUF.set(attr, log);
        ProgAttr.Load.LOG_SIZE.set(attr, LOG_BYTES);
    }

    /** The verifier says first whether it lets a program of a type call a helper, and looks at the arguments then. */
    static FeatureSupport helper(ProbeCalls calls, ProgramType type, int helper) {
        switch (type) {
            // These are verified against a target, which decides as well.
            case BPF_PROG_TYPE_TRACING, BPF_PROG_TYPE_LSM, BPF_PROG_TYPE_EXT, BPF_PROG_TYPE_STRUCT_OPS -> {
                return FeatureSupport.INCONCLUSIVE;
            }
            default -> { }
        }
        MemorySegment log = calls.arena().allocate(LOG_BYTES);
        int result = calls.program(type, attr -> {
            options(type, attr);
            log(attr, log);
        }, new Assembler().call(helper).exit().assemble());
        String text = log.getString(0);
        if (text.contains("invalid func ") || text.contains("unknown func ")
                || text.contains("program of this type cannot use helper ")) {
            return FeatureSupport.MISSING;
        }
        return result >= 0 || !text.isEmpty() ? FeatureSupport.SUPPORTED
                : result == -Errno.EINVAL.number() ? FeatureSupport.MISSING : FeatureSupport.INCONCLUSIVE;
    }

    static FeatureSupport map(ProbeCalls calls, MapType type) {
        int result = switch (type) {
            case BPF_MAP_TYPE_STACK_TRACE -> create(calls, type, 4, 8, 1, 0);
            case BPF_MAP_TYPE_LPM_TRIE -> create(calls, type, 8, 4, 1, BPF_F_NO_PREALLOC);
            // The key is struct bpf_cgroup_storage_key.
            case BPF_MAP_TYPE_CGROUP_STORAGE, BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE -> create(calls, type, 16, 8, 0, 0);
            case BPF_MAP_TYPE_QUEUE, BPF_MAP_TYPE_STACK, BPF_MAP_TYPE_BLOOM_FILTER -> create(calls, type, 0, 4, 1, 0);
            case BPF_MAP_TYPE_RINGBUF, BPF_MAP_TYPE_USER_RINGBUF ->
                create(calls, type, 0, 0, Memory.pageSizeBytes(), 0);
            case BPF_MAP_TYPE_ARENA -> create(calls, type, 0, 0, 1, MapSpec.BPF_F_MMAPABLE);
            // The value is struct bpf_insn_array_value.
            case BPF_MAP_TYPE_INSN_ARRAY -> create(calls, type, 4, 16, 1, 0);
            case BPF_MAP_TYPE_ARRAY_OF_MAPS, BPF_MAP_TYPE_HASH_OF_MAPS -> {
                int inner = calls.array(4, 0);
                yield inner < 0 ? inner : create(calls, type, 4, 4, 1, 0,
                        attr -> MapAttr.Create.INNER_MAP_FD.set(attr, inner));
            }
            case BPF_MAP_TYPE_SK_STORAGE, BPF_MAP_TYPE_INODE_STORAGE, BPF_MAP_TYPE_TASK_STORAGE,
                    BPF_MAP_TYPE_CGRP_STORAGE -> {
                int btf = calls.btf(integer());
                yield btf < 0 ? btf : create(calls, type, 4, 4, 0, BPF_F_NO_PREALLOC, attr -> {
                    MapAttr.Create.BTF_FD.set(attr, btf);
                    MapAttr.Create.BTF_KEY_TYPE_ID.set(attr, 1);
                    MapAttr.Create.BTF_VALUE_TYPE_ID.set(attr, 1);
                });
            }
            case BPF_MAP_TYPE_STRUCT_OPS -> create(calls, type, 4, 4, 1, 0,
                    attr -> MapAttr.Create.BTF_VMLINUX_VALUE_TYPE_ID.set(attr, NO_FUNCTION));
            default -> create(calls, type, 4, 4, 1, 0);
        };
        if (type == MapType.BPF_MAP_TYPE_STRUCT_OPS && result == -Errno.ENOTSUPP.number()) {
            return FeatureSupport.SUPPORTED;
        }
        return ProbeCalls.judge(result, () -> calls.array(4, 0));
    }

    private static BtfBuilder integer() {
        return BtfProbes.withInt();
    }

    private static int create(ProbeCalls calls, MapType type, int keySize, int valueSize, int maxEntries, int flags) {
        return create(calls, type, keySize, valueSize, maxEntries, flags, _ -> { });
    }

    private static int create(ProbeCalls calls, MapType type, int keySize, int valueSize, int maxEntries, int flags,
            Consumer<MemorySegment> more) {
        MemorySegment attr = MapAttr.Create.STRUCT.allocate(calls.arena());
        MapAttr.Create.MAP_TYPE.set(attr, type.number());
        MapAttr.Create.KEY_SIZE.set(attr, keySize);
        MapAttr.Create.VALUE_SIZE.set(attr, valueSize);
        MapAttr.Create.MAX_ENTRIES.set(attr, maxEntries);
        MapAttr.Create.MAP_FLAGS.set(attr, flags);
        more.accept(attr);
        return calls.bpf(BpfCommand.BPF_MAP_CREATE, attr, MapAttr.Create.STRUCT.sizeBytes());
    }
}
