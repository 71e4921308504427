package bpf4j.object;

import java.util.Optional;

/**
 * Map types: {@code enum bpf_map_type} of {@code <linux/bpf.h>}; the ordinal is the number.
 */
public enum MapType {
    /** No type. */
    BPF_MAP_TYPE_UNSPEC,
    /** Hash table. */
    BPF_MAP_TYPE_HASH,
    /** Array. */
    BPF_MAP_TYPE_ARRAY,
    /** Programs for tail calls. */
    BPF_MAP_TYPE_PROG_ARRAY,
    /** Perf events, one a CPU. */
    BPF_MAP_TYPE_PERF_EVENT_ARRAY,
    /** Hash table with a value for each CPU. */
    BPF_MAP_TYPE_PERCPU_HASH,
    /** Array with a value for each CPU. */
    BPF_MAP_TYPE_PERCPU_ARRAY,
    /** Stack traces. */
    BPF_MAP_TYPE_STACK_TRACE,
    /** Cgroups. */
    BPF_MAP_TYPE_CGROUP_ARRAY,
    /** Hash table that evicts the least recently used. */
    BPF_MAP_TYPE_LRU_HASH,
    /** The same with a value for each CPU. */
    BPF_MAP_TYPE_LRU_PERCPU_HASH,
    /** Longest prefix match. */
    BPF_MAP_TYPE_LPM_TRIE,
    /** Array of maps. */
    BPF_MAP_TYPE_ARRAY_OF_MAPS,
    /** Hash table of maps. */
    BPF_MAP_TYPE_HASH_OF_MAPS,
    /** Network devices. */
    BPF_MAP_TYPE_DEVMAP,
    /** Sockets by index. */
    BPF_MAP_TYPE_SOCKMAP,
    /** CPUs that XDP hands packets to. */
    BPF_MAP_TYPE_CPUMAP,
    /** AF_XDP sockets. */
    BPF_MAP_TYPE_XSKMAP,
    /** Sockets by key. */
    BPF_MAP_TYPE_SOCKHASH,
    /** Storage of a cgroup, by attachment. */
    BPF_MAP_TYPE_CGROUP_STORAGE,
    /** Sockets of a reuseport group. */
    BPF_MAP_TYPE_REUSEPORT_SOCKARRAY,
    /** Storage of a cgroup for each CPU. */
    BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE,
    /** First in, first out. */
    BPF_MAP_TYPE_QUEUE,
    /** Last in, first out. */
    BPF_MAP_TYPE_STACK,
    /** Storage of a socket. */
    BPF_MAP_TYPE_SK_STORAGE,
    /** Network devices by key. */
    BPF_MAP_TYPE_DEVMAP_HASH,
    /** A kernel struct of functions. */
    BPF_MAP_TYPE_STRUCT_OPS,
    /** Ring buffer to user space. */
    BPF_MAP_TYPE_RINGBUF,
    /** Storage of an inode. */
    BPF_MAP_TYPE_INODE_STORAGE,
    /** Storage of a task. */
    BPF_MAP_TYPE_TASK_STORAGE,
    /** Bloom filter. */
    BPF_MAP_TYPE_BLOOM_FILTER,
    /** Ring buffer from user space. */
    BPF_MAP_TYPE_USER_RINGBUF,
    /** Storage of a cgroup. */
    BPF_MAP_TYPE_CGRP_STORAGE,
    /** Memory shared with user space. */
    BPF_MAP_TYPE_ARENA,
    /** Targets of indirect jumps. */
    BPF_MAP_TYPE_INSN_ARRAY;

    private static final MapType[] BY_NUMBER = values();

    /** {@return the number of the map type in the kernel's interface} */
    public int number() {
        return ordinal();
    }

    /** {@return whether a value of such a map is one for each possible CPU} */
    public boolean isPerCpu() {
        return switch (this) {
            case BPF_MAP_TYPE_PERCPU_HASH, BPF_MAP_TYPE_PERCPU_ARRAY, BPF_MAP_TYPE_LRU_PERCPU_HASH,
                    BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE -> true;
            default -> false;
        };
    }

    /**
     * Finds a map type by number.
     *
     * @param number the number in the kernel's interface
     * @return the map type, empty for one that this version does not know
     */
    public static Optional<MapType> of(int number) {
        return number >= 0 && number < BY_NUMBER.length ? Optional.of(BY_NUMBER[number]) : Optional.empty();
    }

    /**
     * Names a map type that may be unknown.
     *
     * @param number the number in the kernel's interface
     * @return the header's name, or the number in decimal
     */
    public static String nameOf(int number) {
        return of(number).map(Enum::name).orElseGet(() -> Integer.toString(number));
    }
}
