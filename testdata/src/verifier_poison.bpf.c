// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Uses things that are not there without asking first: a map, once its creation is switched off, and a kernel function.
#include <bpf4j/externs.h>

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, __u64);
} first SEC(".maps"), second SEC(".maps");

extern int no_such_kfunc(void) __ksym __weak_symbol;

SEC("socket") int uses_map(void *ctx)
{
    __u32 key = 0;

    return !bpf_map_lookup_elem(&first, &key) && !bpf_map_lookup_elem(&second, &key);
}

SEC("socket") int calls_kfunc(void *ctx)
{
    return no_such_kfunc();
}

LICENSE("GPL");
