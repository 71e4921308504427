package bpf4j.map;

import static bpf4j.object.MapType.*;

import bpf4j.object.MapType;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** Which class is for which types of maps. */
enum MapFamily {
    KEYED("BpfMap", BPF_MAP_TYPE_HASH, BPF_MAP_TYPE_ARRAY, BPF_MAP_TYPE_LRU_HASH, BPF_MAP_TYPE_LPM_TRIE,
            BPF_MAP_TYPE_STACK_TRACE, BPF_MAP_TYPE_DEVMAP, BPF_MAP_TYPE_DEVMAP_HASH, BPF_MAP_TYPE_CPUMAP,
            BPF_MAP_TYPE_CGROUP_STORAGE, BPF_MAP_TYPE_STRUCT_OPS),
    PER_CPU("PerCpuMap", BPF_MAP_TYPE_PERCPU_HASH, BPF_MAP_TYPE_PERCPU_ARRAY, BPF_MAP_TYPE_LRU_PERCPU_HASH,
            BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE),
    QUEUE("BpfQueue", BPF_MAP_TYPE_QUEUE, BPF_MAP_TYPE_STACK),
    BLOOM("BloomFilter", BPF_MAP_TYPE_BLOOM_FILTER),
    MAPS("MapOfMaps", BPF_MAP_TYPE_ARRAY_OF_MAPS, BPF_MAP_TYPE_HASH_OF_MAPS),
    PROGRAMS("ProgramArray", BPF_MAP_TYPE_PROG_ARRAY),
    SOCKETS("SocketMap", BPF_MAP_TYPE_SOCKMAP, BPF_MAP_TYPE_SOCKHASH, BPF_MAP_TYPE_REUSEPORT_SOCKARRAY,
            BPF_MAP_TYPE_XSKMAP),
    CGROUPS("CgroupArray", BPF_MAP_TYPE_CGROUP_ARRAY),
    STORAGE("LocalStorage", BPF_MAP_TYPE_SK_STORAGE, BPF_MAP_TYPE_TASK_STORAGE, BPF_MAP_TYPE_INODE_STORAGE,
            BPF_MAP_TYPE_CGRP_STORAGE),
    EVENTS("bpf4j.event", BPF_MAP_TYPE_RINGBUF, BPF_MAP_TYPE_USER_RINGBUF, BPF_MAP_TYPE_PERF_EVENT_ARRAY),
    MEMORY("LoadedMap.memory()", BPF_MAP_TYPE_ARENA);

    /** Types whose keys are indices: all of them are there always, and none vanishes. */
    private static final Set<MapType> INDEXED = EnumSet.of(BPF_MAP_TYPE_ARRAY, BPF_MAP_TYPE_PERCPU_ARRAY,
            BPF_MAP_TYPE_ARRAY_OF_MAPS, BPF_MAP_TYPE_PROG_ARRAY, BPF_MAP_TYPE_CGROUP_ARRAY, BPF_MAP_TYPE_SOCKMAP,
            BPF_MAP_TYPE_REUSEPORT_SOCKARRAY, BPF_MAP_TYPE_DEVMAP, BPF_MAP_TYPE_CPUMAP, BPF_MAP_TYPE_XSKMAP);
    /** Types whose batches go by bucket or index: what is deleted meanwhile does not disturb them. */
    private static final Set<MapType> STEADY_BATCHES = EnumSet.of(BPF_MAP_TYPE_HASH, BPF_MAP_TYPE_LRU_HASH,
            BPF_MAP_TYPE_PERCPU_HASH, BPF_MAP_TYPE_LRU_PERCPU_HASH, BPF_MAP_TYPE_ARRAY, BPF_MAP_TYPE_PERCPU_ARRAY);

    /** Types where a key that is gone has no successor; elsewhere it has the first one. */
    private static final Set<MapType> ENDING = EnumSet.of(BPF_MAP_TYPE_CGROUP_STORAGE,
            BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE);

    private final String user;
    private final Set<MapType> types;

    MapFamily(String user, MapType... types) {
        this.user = user;
        this.types = EnumSet.copyOf(Arrays.asList(types));
    }

    /** Checks that a map is of this family, and tells which class it is for if not. */
    void require(String subject, int typeNumber) {
        MapType type = MapType.of(typeNumber).orElse(BPF_MAP_TYPE_UNSPEC);
        if (!types.contains(type)) {
            String right = Arrays.stream(values()).filter(family -> family.types.contains(type)).findFirst()
                    .map(family -> "; this one is for " + family.user).orElse("");
            throw new IllegalArgumentException("%s is a %s, and %s is for %s%s".formatted(subject,
                    MapType.nameOf(typeNumber), user,
                    types.stream().map(MapType::name).collect(Collectors.joining(", ")), right));
        }
    }

    static boolean isIndexed(int typeNumber) {
        return MapType.of(typeNumber).filter(INDEXED::contains).isPresent();
    }

    static boolean endsAtVanishedKeys(int typeNumber) {
        return MapType.of(typeNumber).filter(ENDING::contains).isPresent();
    }

    static boolean hasSteadyBatches(int typeNumber) {
        return MapType.of(typeNumber).filter(STEADY_BATCHES::contains).isPresent();
    }
}
