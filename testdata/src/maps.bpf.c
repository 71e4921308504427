// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Maps described by BTF: each common type, sizes given as numbers or as types, flags, and a map that nothing uses.
#include <bpf4j/bpf.h>

struct flow {
    __u32 from;
    __u32 to;
};

struct traffic {
    __u64 packets;
    __u64 bytes;
};

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 128);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, struct flow);
    __type(value, struct traffic);
} flows SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 4);
    __type(key, __u32);
    __type(value, __u64);
} totals SEC(".maps");

// Sizes without types: the kernel is told no BTF of key and value.
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 2);
    __uint(key_size, sizeof(__u32));
    __uint(value_size, 24);
} untyped SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct traffic);
} per_cpu SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_LRU_HASH);
    __uint(max_entries, 64);
    __type(key, __u64);
    __type(value, __u32);
} recent SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 4096);
} events SEC(".maps");

// The type of a map may have a name.
typedef struct {
    __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
    __uint(key_size, sizeof(__u32));
    __uint(value_size, sizeof(__u32));
} perf_output;

perf_output samples SEC(".maps");

SEC("socket") int count(void *ctx)
{
    struct flow flow = {1, 2};
    __u32 first = 0;
    struct traffic *traffic = bpf_map_lookup_elem(&flows, &flow);
    __u64 *total = bpf_map_lookup_elem(&totals, &first), id = 7;
    struct traffic *mine = bpf_map_lookup_elem(&per_cpu, &first);

    if (traffic)
        traffic->packets++;
    if (total)
        *total += 1;
    if (mine)
        mine->packets++;
    bpf_map_update_elem(&recent, &id, &first, BPF_ANY);
    bpf_ringbuf_output(&events, &flow, sizeof(flow), 0);
    return bpf_map_lookup_elem(&untyped, &first) != NULL;
}

LICENSE("GPL");
