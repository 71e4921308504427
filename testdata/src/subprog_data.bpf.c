// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A subprogram that refers to maps and global variables: its relocations move with it.
#include <bpf4j/bpf.h>

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, __u64);
} total SEC(".maps");

int calls;
const volatile int step = 3;

static __not_inlined int advance(__u32 key)
{
    __u64 *value = bpf_map_lookup_elem(&total, &key);

    calls++;
    if (value)
        *value += step;
    return calls;
}

SEC("socket") int once(void *ctx)
{
    return advance(0);
}

SEC("socket") int twice(void *ctx)
{
    calls += 5;
    return advance(0) + advance(1);
}

LICENSE("GPL");
