// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Maps of the section `maps` with seven fields, as iproute2 had them; the sixth of one map is set: a loader
// that cannot do what such a field asks for must not ignore it.
#include <bpf4j/bpf.h>

struct bpf_map_def {
    unsigned int type;
    unsigned int key_size;
    unsigned int value_size;
    unsigned int max_entries;
    unsigned int map_flags;
    unsigned int id;
    unsigned int pinning;
};

struct bpf_map_def SEC("maps") old_hash = {
    .type = BPF_MAP_TYPE_HASH,
    .key_size = sizeof(__u32),
    .value_size = sizeof(__u64),
    .max_entries = 16,
    .map_flags = BPF_F_NO_PREALLOC,
    .id = 9,
};

struct bpf_map_def SEC("maps") old_array = {
    .type = BPF_MAP_TYPE_ARRAY,
    .key_size = sizeof(__u32),
    .value_size = 40,
    .max_entries = 2,
};

SEC("socket") int use(void *ctx)
{
    __u32 key = 1;

    return bpf_map_lookup_elem(&old_hash, &key) || bpf_map_lookup_elem(&old_array, &key);
}

LICENSE("GPL");
