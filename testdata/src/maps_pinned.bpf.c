// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A map that asks to be pinned under its name.
#include <bpf4j/bpf.h>

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 8);
    __uint(pinning, LIBBPF_PIN_BY_NAME);
    __type(key, __u32);
    __type(value, __u32);
} bpf4j_pinned SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __uint(pinning, LIBBPF_PIN_NONE);
    __type(key, __u32);
    __type(value, __u32);
} not_pinned SEC(".maps");

SEC("socket") int use(void *ctx)
{
    __u32 key = 0;

    return bpf_map_lookup_elem(&bpf4j_pinned, &key) || bpf_map_lookup_elem(&not_pinned, &key);
}

LICENSE("GPL");
