// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Two maps of the section `maps`, five 32-bit fields each. libbpf refuses these since 1.0.
#include <bpf4j/bpf.h>
#include <bpf4j/legacy_map.h>

struct bpf_map_def SEC("maps") old_hash = {
    .type = BPF_MAP_TYPE_HASH,
    .key_size = sizeof(__u32),
    .value_size = sizeof(__u64),
    .max_entries = 16,
    .map_flags = BPF_F_NO_PREALLOC,
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
