// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// cflags: -g0
// A program with global data and a legacy map, without any BTF.
#include <bpf4j/bpf.h>
#include <bpf4j/legacy_map.h>

struct bpf_map_def SEC("maps") old_array = {
    .type = BPF_MAP_TYPE_ARRAY,
    .key_size = sizeof(__u32),
    .value_size = sizeof(__u64),
    .max_entries = 1,
};

int runs;

SEC("socket") int use(void *ctx)
{
    __u32 key = 0;

    runs++;
    return bpf_map_lookup_elem(&old_array, &key) != NULL;
}

LICENSE("GPL");
