package bpf4j.kernel;

import static bpf4j.object.ProgramType.BPF_PROG_TYPE_CGROUP_SKB;
import static bpf4j.object.ProgramType.BPF_PROG_TYPE_EXT;
import static bpf4j.object.ProgramType.BPF_PROG_TYPE_KPROBE;
import static bpf4j.object.ProgramType.BPF_PROG_TYPE_LSM;
import static bpf4j.object.ProgramType.BPF_PROG_TYPE_PERF_EVENT;
import static bpf4j.object.ProgramType.BPF_PROG_TYPE_RAW_TRACEPOINT;
import static bpf4j.object.ProgramType.BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE;
import static bpf4j.object.ProgramType.BPF_PROG_TYPE_SK_LOOKUP;
import static bpf4j.object.ProgramType.BPF_PROG_TYPE_SK_REUSEPORT;
import static bpf4j.object.ProgramType.BPF_PROG_TYPE_SOCKET_FILTER;
import static bpf4j.object.ProgramType.BPF_PROG_TYPE_STRUCT_OPS;
import static bpf4j.object.ProgramType.BPF_PROG_TYPE_SYSCALL;
import static bpf4j.object.ProgramType.BPF_PROG_TYPE_TRACEPOINT;
import static bpf4j.object.ProgramType.BPF_PROG_TYPE_TRACING;

import bpf4j.object.MapType;
import bpf4j.object.ProgramType;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The capabilities that BPF is about, and which of them the kernel asks for. Source: {@code <linux/capability.h>} and
 * {@code kernel/bpf/syscall.c}.
 */
enum Capability {
    CAP_NET_ADMIN(12),
    /** Stands in for all others here. */
    CAP_SYS_ADMIN(21),
    CAP_PERFMON(38),
    CAP_BPF(39);

    private static final Set<ProgramType> UNPRIVILEGED_PROGRAMS =
            EnumSet.of(BPF_PROG_TYPE_SOCKET_FILTER, BPF_PROG_TYPE_CGROUP_SKB);
    private static final Set<ProgramType> BPF_ONLY_PROGRAMS =
            EnumSet.of(BPF_PROG_TYPE_SK_REUSEPORT, BPF_PROG_TYPE_SYSCALL, BPF_PROG_TYPE_SK_LOOKUP);
    private static final Set<ProgramType> TRACING_PROGRAMS = EnumSet.of(BPF_PROG_TYPE_KPROBE, BPF_PROG_TYPE_TRACEPOINT,
            BPF_PROG_TYPE_PERF_EVENT, BPF_PROG_TYPE_RAW_TRACEPOINT, BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE,
            BPF_PROG_TYPE_TRACING, BPF_PROG_TYPE_LSM, BPF_PROG_TYPE_STRUCT_OPS);
    private static final Set<MapType> UNPRIVILEGED_MAPS = EnumSet.of(MapType.BPF_MAP_TYPE_ARRAY,
            MapType.BPF_MAP_TYPE_PERCPU_ARRAY, MapType.BPF_MAP_TYPE_PROG_ARRAY, MapType.BPF_MAP_TYPE_PERF_EVENT_ARRAY,
            MapType.BPF_MAP_TYPE_CGROUP_ARRAY, MapType.BPF_MAP_TYPE_ARRAY_OF_MAPS, MapType.BPF_MAP_TYPE_HASH,
            MapType.BPF_MAP_TYPE_PERCPU_HASH, MapType.BPF_MAP_TYPE_HASH_OF_MAPS, MapType.BPF_MAP_TYPE_RINGBUF,
            MapType.BPF_MAP_TYPE_USER_RINGBUF, MapType.BPF_MAP_TYPE_CGROUP_STORAGE,
            MapType.BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE);
    private static final Set<MapType> NETWORK_MAPS = EnumSet.of(MapType.BPF_MAP_TYPE_SOCKMAP,
            MapType.BPF_MAP_TYPE_SOCKHASH, MapType.BPF_MAP_TYPE_DEVMAP, MapType.BPF_MAP_TYPE_DEVMAP_HASH,
            MapType.BPF_MAP_TYPE_XSKMAP);
    private static final Pattern TRACING_ATTACHMENTS =
            Pattern.compile("BPF_(?:TRACE_|PERF_EVENT|LSM_|MODIFY_RETURN).*");
    private static final Pattern NETWORK_ATTACHMENTS = Pattern.compile(
            "BPF_(?:CGROUP_|XDP|TCX_|NETKIT_|NETFILTER|SK_|FLOW_DISSECTOR|LIRC_|PROG_TYPE_SCHED_CLS).*");

    private final int bit;

    Capability(int bit) {
        this.bit = bit;
    }

    /** {@return whether a set of capabilities, as in {@code /proc/self/status}, has it or what stands in for it} */
    boolean isIn(long effective) {
        return ((effective >>> bit | effective >>> CAP_SYS_ADMIN.bit) & 1) != 0;
    }

    /**
     * Finds what the kernel asks for; before Linux 5.8 it asks for {@code CAP_SYS_ADMIN} instead.
     *
     * @param step what is done
     * @param type what with: the header's name of a program, map or attach type
     * @return the capabilities; empty for what the kernel may leave to everybody
     */
    static Set<Capability> needed(Step step, String type) {
        return switch (step) {
            case CREATE_TOKEN, LOAD_BTF -> EnumSet.of(CAP_BPF);
            case LOAD_PROGRAM -> named(ProgramType.class, type).map(Capability::forProgram).orElse(EnumSet.of(CAP_BPF));
            case CREATE_MAP -> named(MapType.class, type).map(Capability::forMap).orElse(EnumSet.of(CAP_BPF));
            case ATTACH, REPLACE, DETACH -> TRACING_ATTACHMENTS.matcher(type).matches() ? EnumSet.of(CAP_PERFMON)
                    : NETWORK_ATTACHMENTS.matcher(type).matches() ? EnumSet.of(CAP_NET_ADMIN)
                    : EnumSet.noneOf(Capability.class);
            case READ_OBJECT, KERNEL_BTF, FILL_MAP, PIN, ACCESS_MAP, READ_EVENTS, TEST_RUN, QUERY ->
                EnumSet.noneOf(Capability.class);
        };
    }

    private static Set<Capability> forProgram(ProgramType type) {
        if (UNPRIVILEGED_PROGRAMS.contains(type)) {
            return EnumSet.noneOf(Capability.class);
        }
        if (type == BPF_PROG_TYPE_EXT) {
            return EnumSet.of(CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN);
        }
        if (BPF_ONLY_PROGRAMS.contains(type)) {
            return EnumSet.of(CAP_BPF);
        }
        return TRACING_PROGRAMS.contains(type) ? EnumSet.of(CAP_BPF, CAP_PERFMON) : EnumSet.of(CAP_BPF, CAP_NET_ADMIN);
    }

    private static Set<Capability> forMap(MapType type) {
        if (NETWORK_MAPS.contains(type)) {
            return EnumSet.of(CAP_BPF, CAP_NET_ADMIN);
        }
        return UNPRIVILEGED_MAPS.contains(type) ? EnumSet.noneOf(Capability.class) : EnumSet.of(CAP_BPF);
    }

    private static <E extends Enum<E>> Optional<E> named(Class<E> type, String name) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(name)) {
                return Optional.of(constant);
            }
        }
        return Optional.empty();
    }
}
