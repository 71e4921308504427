// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// What maps have besides type, sizes and capacity: a NUMA node, map_extra as a number of 32 and of 64 bits. Types that the
// kernel refuses for a map that it makes without them. A section whose last variable is an array.
#include <bpf4j/bpf.h>

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __uint(numa_node, 0);
    __type(key, __u32);
    __type(value, __u64);
} on_node SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_BLOOM_FILTER);
    __uint(max_entries, 64);
    __uint(map_extra, 3);
    __type(value, __u32);
} bloom SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_BLOOM_FILTER);
    __uint(max_entries, 64);
    __ulong(map_extra, 7);
    __type(value, __u32);
} bloom_of_seven SEC(".maps");

// The kernel wants an integer as the key's type.
struct key {
    __u16 high;
    __u16 low;
};

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, struct key);
    __type(value, __u64);
} odd_key SEC(".maps");

__u32 length;
__u32 elements[2];

SEC("socket") int count(void *ctx)
{
    __u32 key = 0;
    __u64 *value;

    // The compiler places variables as they are first used.
    if (!length)
        return 0;
    value = bpf_map_lookup_elem(&on_node, &key);
    if (value)
        *value += elements[1];
    return 1;
}

LICENSE("GPL");
