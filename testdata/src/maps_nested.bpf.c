// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Maps of maps: an array filled with named inner maps, slot 1 left empty; a hash that has a template and no values.
#include <bpf4j/bpf.h>

struct inner {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 3);
    __type(key, __u32);
    __type(value, __u64);
};

struct inner first SEC(".maps");
struct inner second SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
    __uint(max_entries, 4);
    __type(key, __u32);
    __array(values, struct inner);
} filled SEC(".maps") = {
    .values = {[0] = &first, [2] = &second, [3] = &first},
};

struct {
    __uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
    __uint(max_entries, 2);
    __type(key, __u64);
    __array(values, struct inner);
} empty SEC(".maps");

SEC("socket") int look(void *ctx)
{
    __u32 slot = 2, first_entry = 0;
    __u64 key = 1, *value;
    void *map = bpf_map_lookup_elem(&filled, &slot);

    if (!map)
        map = bpf_map_lookup_elem(&empty, &key);
    if (!map)
        return 0;
    value = bpf_map_lookup_elem(map, &first_entry);
    return value ? (int)*value : 0;
}

LICENSE("GPL");
