package bpf4j.kernel;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The first version of Linux that has a program or map type, or takes an attach type. Source: the history of {@code
 * <linux/bpf.h>}.
 */
public final class TypeVersions {

    private static final Map<String, KernelVersion> SINCE = new HashMap<>();

    static {
        add("BPF_MAP_TYPE_", """
                3.19 HASH ARRAY
                4.2 PROG_ARRAY
                4.3 PERF_EVENT_ARRAY
                4.6 PERCPU_HASH PERCPU_ARRAY STACK_TRACE
                4.8 CGROUP_ARRAY
                4.10 LRU_HASH LRU_PERCPU_HASH
                4.11 LPM_TRIE
                4.12 ARRAY_OF_MAPS HASH_OF_MAPS
                4.14 DEVMAP SOCKMAP
                4.15 CPUMAP
                4.18 XSKMAP SOCKHASH
                4.19 CGROUP_STORAGE REUSEPORT_SOCKARRAY
                4.20 PERCPU_CGROUP_STORAGE QUEUE STACK
                5.2 SK_STORAGE
                5.4 DEVMAP_HASH
                5.6 STRUCT_OPS
                5.8 RINGBUF
                5.10 INODE_STORAGE
                5.11 TASK_STORAGE
                5.16 BLOOM_FILTER
                6.1 USER_RINGBUF
                6.2 CGRP_STORAGE
                6.9 ARENA
                6.19 INSN_ARRAY
                """);
        add("BPF_PROG_TYPE_", """
                3.19 SOCKET_FILTER
                4.1 KPROBE SCHED_CLS SCHED_ACT
                4.7 TRACEPOINT
                4.8 XDP
                4.9 PERF_EVENT
                4.10 CGROUP_SKB CGROUP_SOCK LWT_IN LWT_OUT LWT_XMIT
                4.13 SOCK_OPS
                4.14 SK_SKB
                4.15 CGROUP_DEVICE
                4.17 SK_MSG RAW_TRACEPOINT CGROUP_SOCK_ADDR
                4.18 LWT_SEG6LOCAL LIRC_MODE2
                4.19 SK_REUSEPORT
                4.20 FLOW_DISSECTOR
                5.2 CGROUP_SYSCTL RAW_TRACEPOINT_WRITABLE
                5.3 CGROUP_SOCKOPT
                5.5 TRACING
                5.6 STRUCT_OPS EXT
                5.7 LSM
                5.9 SK_LOOKUP
                5.14 SYSCALL
                6.4 NETFILTER
                """);
        // Attach types that are younger than their program types, or that links came later to.
        add("BPF_", """
                5.8 FLOW_DISSECTOR
                5.9 XDP SK_LOOKUP
                6.4 NETFILTER
                6.6 TCX_INGRESS TCX_EGRESS TRACE_UPROBE_MULTI
                6.7 NETKIT_PRIMARY NETKIT_PEER
                6.13 TRACE_UPROBE_SESSION
                """);
    }

    private TypeVersions() {
    }

    private static void add(String prefix, String table) {
        for (String line : table.lines().toList()) {
            String[] words = line.split(" ");
            KernelVersion since = KernelVersion.parse(words[0]).orElseThrow();
            for (int i = 1; i < words.length; i++) {
                SINCE.put(prefix + words[i], since);
            }
        }
    }

    /**
     * Tells which version brought a type.
     *
     * @param type the header's name of a map type, program type or attach type
     * @return the version, empty for names that are none and for attach types that are as old as their program type
     */
    public static Optional<KernelVersion> since(String type) {
        return Optional.ofNullable(SINCE.get(type));
    }
}
