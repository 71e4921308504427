package bpf4j.check;

import bpf4j.kernel.MapFlags;
import bpf4j.kernel.TypeVersions;
import bpf4j.object.MapContents;
import bpf4j.object.MapSpec;
import bpf4j.object.MapType;
import bpf4j.reloc.Kconfig;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a kernel takes a map: its type, its flags, and sizes that every kernel refuses. Source:
 * {@code <linux/bpf_types.h>}, and the {@code map_alloc_check} functions in {@code kernel/bpf}.
 */
final class MapRules {

    /** What a type depends on: an option of the configuration, and a function that is compiled only with it. */
    private record Condition(String option, String function) {
    }

    private static final Map<MapType, Condition> CONDITIONS = new EnumMap<>(MapType.class);

    static {
        CONDITIONS.put(MapType.BPF_MAP_TYPE_STACK_TRACE, new Condition("CONFIG_PERF_EVENTS", "stack_map_alloc"));
        CONDITIONS.put(MapType.BPF_MAP_TYPE_CGROUP_ARRAY, new Condition("CONFIG_CGROUPS", "cgroup_fd_array_put_ptr"));
        Condition storage = new Condition("CONFIG_CGROUP_BPF", "bpf_cgroup_storage_alloc");
        CONDITIONS.put(MapType.BPF_MAP_TYPE_CGROUP_STORAGE, storage);
        CONDITIONS.put(MapType.BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE, storage);
        CONDITIONS.put(MapType.BPF_MAP_TYPE_CGRP_STORAGE, new Condition("CONFIG_CGROUPS", "bpf_cgrp_storage_free"));
        CONDITIONS.put(MapType.BPF_MAP_TYPE_SK_STORAGE, new Condition("CONFIG_NET", "bpf_sk_storage_map_alloc"));
        CONDITIONS.put(MapType.BPF_MAP_TYPE_DEVMAP, new Condition("CONFIG_NET", "dev_map_alloc"));
        CONDITIONS.put(MapType.BPF_MAP_TYPE_DEVMAP_HASH, new Condition("CONFIG_NET", "dev_map_alloc"));
        CONDITIONS.put(MapType.BPF_MAP_TYPE_CPUMAP, new Condition("CONFIG_NET", "cpu_map_alloc"));
        CONDITIONS.put(MapType.BPF_MAP_TYPE_XSKMAP, new Condition("CONFIG_XDP_SOCKETS", "xsk_map_alloc"));
        CONDITIONS.put(MapType.BPF_MAP_TYPE_SOCKMAP, new Condition("CONFIG_NET", "sock_map_alloc"));
        CONDITIONS.put(MapType.BPF_MAP_TYPE_SOCKHASH, new Condition("CONFIG_NET", "sock_hash_alloc"));
        CONDITIONS.put(MapType.BPF_MAP_TYPE_REUSEPORT_SOCKARRAY,
                new Condition("CONFIG_INET", "reuseport_array_alloc"));
        CONDITIONS.put(MapType.BPF_MAP_TYPE_INODE_STORAGE, new Condition("CONFIG_BPF_LSM", "inode_storage_map_alloc"));
        CONDITIONS.put(MapType.BPF_MAP_TYPE_STRUCT_OPS, new Condition("CONFIG_BPF_JIT", "bpf_struct_ops_map_alloc"));
    }

    /** Types that exist per socket, task, inode or cgroup, and so have no capacity. */
    private static final Set<MapType> STORAGES = EnumSet.of(MapType.BPF_MAP_TYPE_SK_STORAGE,
            MapType.BPF_MAP_TYPE_INODE_STORAGE, MapType.BPF_MAP_TYPE_TASK_STORAGE, MapType.BPF_MAP_TYPE_CGRP_STORAGE,
            MapType.BPF_MAP_TYPE_CGROUP_STORAGE, MapType.BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE);
    /** Types whose capacity the loader sets, or that have a meaning for 0. */
    private static final Set<MapType> SIZED_BY_LOADER = EnumSet.of(MapType.BPF_MAP_TYPE_RINGBUF,
            MapType.BPF_MAP_TYPE_USER_RINGBUF, MapType.BPF_MAP_TYPE_PERF_EVENT_ARRAY, MapType.BPF_MAP_TYPE_STRUCT_OPS);
    private static final Set<MapType> KEYLESS = EnumSet.of(MapType.BPF_MAP_TYPE_QUEUE, MapType.BPF_MAP_TYPE_STACK,
            MapType.BPF_MAP_TYPE_BLOOM_FILTER, MapType.BPF_MAP_TYPE_RINGBUF, MapType.BPF_MAP_TYPE_USER_RINGBUF,
            MapType.BPF_MAP_TYPE_ARENA);
    private static final Set<MapType> INDEXED = EnumSet.of(MapType.BPF_MAP_TYPE_ARRAY,
            MapType.BPF_MAP_TYPE_PERCPU_ARRAY, MapType.BPF_MAP_TYPE_PROG_ARRAY, MapType.BPF_MAP_TYPE_PERF_EVENT_ARRAY,
            MapType.BPF_MAP_TYPE_CGROUP_ARRAY, MapType.BPF_MAP_TYPE_ARRAY_OF_MAPS, MapType.BPF_MAP_TYPE_DEVMAP,
            MapType.BPF_MAP_TYPE_SOCKMAP, MapType.BPF_MAP_TYPE_CPUMAP, MapType.BPF_MAP_TYPE_XSKMAP,
            MapType.BPF_MAP_TYPE_REUSEPORT_SOCKARRAY);

    private final TargetKernel kernel;
    private final Findings findings;

    MapRules(TargetKernel kernel, Findings findings) {
        this.kernel = kernel;
        this.findings = findings;
    }

    void check(MapSpec map) {
        String subject = "map '" + map.name() + "'";
        type(map, subject);
        flags(map, subject);
        MapType.of(map.type()).flatMap(type -> sizes(map, type))
                .ifPresent(problem -> findings.blocks(Finding.Rule.MAP, subject, problem));
        map.inner().ifPresent(this::check);
    }

    private void type(MapSpec map, String subject) {
        String name = MapType.nameOf(map.type());
        if (!kernel.names().haveInterface()) {
            findings.undecided(Finding.Rule.MAP, subject, "the kernel's types do not list the map types");
            return;
        }
        if (!kernel.names().hasEnumerator(name)) {
            findings.blocks(Finding.Rule.MAP, subject, "the kernel does not know " + name + since(name));
            return;
        }
        Condition condition = MapType.of(map.type()).map(CONDITIONS::get).orElse(null);
        if (condition == null || kernel.names().hasFunction(condition.function)) {
            return;
        }
        Optional<Boolean> set = kernel.config().map(config -> isSet(config, condition.option));
        if (set.isEmpty()) {
            findings.undecided(Finding.Rule.MAP, subject,
                    "the kernel may have been built without %s, for which %s is not set then".formatted(
                            name, condition.option));
        } else if (!set.get()) {
            findings.blocks(Finding.Rule.MAP, subject,
                    "the kernel was built without %s: %s is not set".formatted(name, condition.option));
        }
    }

    static String since(String type) {
        return TypeVersions.since(type).map(
                version -> ", which came with Linux %d.%d".formatted(version.major(), version.minor())).orElse("");
    }

    static boolean isSet(Kconfig config, String option) {
        return config.value(option).filter(value -> value.equals("y") || value.equals("m")).isPresent();
    }

    private void flags(MapSpec map, String subject) {
        boolean internal = map.contents() instanceof MapContents.Data || map.contents() instanceof MapContents.Kconfig;
        for (int bit = 0; bit < Integer.SIZE && kernel.names().haveInterface(); bit++) {
            Optional<String> flag = (map.flags() & 1 << bit) == 0 ? Optional.empty() : MapFlags.name(bit);
            // Kernels without it are loaded into all the same, as the loader then leaves it out.
            boolean dispensable = internal && 1 << bit == MapSpec.BPF_F_MMAPABLE;
            if (flag.isPresent() && !dispensable && !kernel.names().hasEnumerator(flag.get())) {
                findings.blocks(Finding.Rule.MAP, subject, "the kernel does not know flag " + flag.get());
            }
        }
    }

    private static Optional<String> sizes(MapSpec map, MapType type) {
        if (map.maxEntries() == 0 && !STORAGES.contains(type) && !SIZED_BY_LOADER.contains(type)) {
            return Optional.of("max_entries is 0: it has to be set before loading");
        }
        if (map.maxEntries() != 0 && STORAGES.contains(type)) {
            return Optional.of("max_entries is %d, and has to be 0 for this type".formatted(map.maxEntries()));
        }
        if (map.keySize() != 0 && KEYLESS.contains(type)) {
            return Optional.of("it has a key of %d bytes, and this type has none".formatted(map.keySize()));
        }
        if (map.keySize() != Integer.BYTES && INDEXED.contains(type)) {
            return Optional.of(
                    "its key has %d bytes, and the index that this type takes has 4".formatted(map.keySize()));
        }
        boolean mapInMap = type == MapType.BPF_MAP_TYPE_ARRAY_OF_MAPS || type == MapType.BPF_MAP_TYPE_HASH_OF_MAPS;
        if (mapInMap && map.inner().isEmpty()) {
            return Optional.of("nothing says what its inner maps are like");
        }
        if (mapInMap && map.inner().get().inner().isPresent()) {
            return Optional.of("its inner maps hold maps themselves");
        }
        boolean array = type == MapType.BPF_MAP_TYPE_ARRAY || type == MapType.BPF_MAP_TYPE_HASH;
        return map.valueSize() == 0 && array ? Optional.of("its value has 0 bytes") : Optional.empty();
    }
}
