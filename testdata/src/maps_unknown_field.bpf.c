// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A map definition with a field that nobody knows: refused when the object is read.
#include <bpf4j/bpf.h>

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, __u64);
    __uint(no_such_field, 1);
} table SEC(".maps");

SEC("socket") int use(void *ctx)
{
    __u32 key = 0;

    return bpf_map_lookup_elem(&table, &key) != NULL;
}

LICENSE("GPL");
