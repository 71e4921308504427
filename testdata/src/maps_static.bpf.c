// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A map that is a static variable: refused when the object is read.
#include <bpf4j/bpf.h>

static struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, __u64);
} table SEC(".maps");

SEC("socket") int use(void *ctx)
{
    __u32 key = 0;

    return bpf_map_lookup_elem(&table, &key) != NULL;
}

LICENSE("GPL");
