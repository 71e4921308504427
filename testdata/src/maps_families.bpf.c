// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A map of each type that user space reads and writes elements of, and one program that uses most of them.
#include <bpf4j/bpf.h>

struct flow {
    __u32 from;
    __u16 port;
    __u8 protocol;
};

struct traffic {
    __u64 packets;
    __u64 bytes;
};

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 8192);
    __type(key, struct flow);
    __type(value, struct traffic);
} flows SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 100000);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, __u32);
    __type(value, __u64);
} many SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, 64);
    __type(key, __u32);
    __type(value, __u64);
} recent SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 5);
    __type(key, __u32);
    __type(value, struct traffic);
} totals SEC(".maps");

// Three bytes a value: each CPU's is padded to eight.
struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 3);
    __uint(key_size, sizeof(__u32));
    __uint(value_size, 3);
} narrow SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 2);
    __type(key, __u32);
    __type(value, struct traffic);
} per_cpu SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_HASH);
    __uint(max_entries, 1000);
    __type(key, __u32);
    __type(value, __u32);
} per_cpu_hash SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_LRU_PERCPU_HASH);
    __uint(max_entries, 64);
    __type(key, __u32);
    __type(value, __u64);
} per_cpu_recent SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_QUEUE);
    __uint(max_entries, 3);
    __type(value, __u32);
} queue SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_STACK);
    __uint(max_entries, 3);
    __type(value, __u32);
} stack SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_BLOOM_FILTER);
    __uint(max_entries, 1000);
    __uint(map_extra, 5);
    __type(value, __u32);
} bloom SEC(".maps");

struct prefix4 {
    __u32 length;
    __u8 address[4];
};

struct prefix6 {
    __u32 length;
    __u8 address[16];
};

struct {
    __uint(type, BPF_MAP_TYPE_LPM_TRIE);
    __uint(max_entries, 64);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, struct prefix4);
    __type(value, __u32);
} routes4 SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_LPM_TRIE);
    __uint(max_entries, 64);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, struct prefix6);
    __type(value, __u32);
} routes6 SEC(".maps");

struct inner {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 4);
    __type(key, __u32);
    __type(value, __u64);
};

struct inner inner_a SEC(".maps");
struct inner inner_b SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 4);
    __type(key, __u32);
    __type(value, __u64);
} not_inner SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
    __uint(max_entries, 3);
    __type(key, __u32);
    __array(values, struct inner);
} array_of_maps SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
    __uint(max_entries, 3);
    __type(key, __u64);
    __array(values, struct inner);
} hash_of_maps SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
    __uint(max_entries, 2);
    __uint(key_size, sizeof(__u32));
    __uint(value_size, sizeof(__u32));
} programs SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_SOCKMAP);
    __uint(max_entries, 4);
    __type(key, __u32);
    __type(value, __u64);
} sockets SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_SOCKHASH);
    __uint(max_entries, 4);
    __type(key, struct flow);
    __type(value, __u32);
} sockets_by_flow SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_CGROUP_ARRAY);
    __uint(max_entries, 1);
    __uint(key_size, sizeof(__u32));
    __uint(value_size, sizeof(__u32));
} cgroups SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_DEVMAP);
    __uint(max_entries, 4);
    __uint(key_size, sizeof(__u32));
    __uint(value_size, 8);
} devices SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_DEVMAP_HASH);
    __uint(max_entries, 4);
    __uint(key_size, sizeof(__u32));
    __uint(value_size, 4);
} devices_by_key SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_CPUMAP);
    __uint(max_entries, 1);
    __uint(key_size, sizeof(__u32));
    __uint(value_size, 4);
} cpus SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_SK_STORAGE);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, int);
    __type(value, struct traffic);
} socket_storage SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_TASK_STORAGE);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, int);
    __type(value, __u64);
} task_storage SEC(".maps");

// The packet is a packet of the first flow: returns the sum of what it finds.
SEC("socket") int use(void *ctx)
{
    struct flow flow = {1, 2, 3};
    struct prefix4 ten = {32, {10, 1, 2, 3}};
    struct traffic *traffic = bpf_map_lookup_elem(&flows, &flow);
    __u32 zero = 0, one = 1, hundred = 100, popped = 0, *route, *count;
    __u64 ten_64 = 10, *value;
    struct traffic *mine = bpf_map_lookup_elem(&per_cpu, &one);
    void *inner;
    int found = 0;

    if (traffic) {
        traffic->packets += 1;
        traffic->bytes += 64;
        found += 1;
    }
    if (mine) {
        mine->packets += 1;
        mine->bytes += 64;
    }
    count = bpf_map_lookup_elem(&per_cpu_hash, &one);
    if (count)
        *count += 1;
    if (!bpf_map_pop_elem(&queue, &popped))
        found += popped;
    bpf_map_push_elem(&stack, &hundred, BPF_ANY);
    if (!bpf_map_peek_elem(&bloom, &hundred))
        found += 10;
    route = bpf_map_lookup_elem(&routes4, &ten);
    if (route)
        found += *route;
    inner = bpf_map_lookup_elem(&array_of_maps, &one);
    if (inner) {
        value = bpf_map_lookup_elem(inner, &zero);
        if (value)
            found += *value;
    }
    inner = bpf_map_lookup_elem(&hash_of_maps, &ten_64);
    if (inner) {
        value = bpf_map_lookup_elem(inner, &zero);
        if (value)
            found += *value;
    }
    return found;
}

SEC("socket") int jump(void *ctx)
{
    bpf_tail_call(ctx, &programs, 1);
    return 1;
}

SEC("socket") int target(void *ctx)
{
    return 2;
}

LICENSE("GPL");
