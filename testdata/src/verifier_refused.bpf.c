// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Reads a map's value behind its end by an index that is never checked: the verifier refuses the program, at a line
// that line info names. The program before it is good.
#include <bpf4j/bpf.h>

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, __u64[4]);
} table SEC(".maps");

__u32 position;

SEC("socket") int good(void *ctx)
{
    return 0;
}

SEC("socket") int reads_past_the_end(void *ctx)
{
    __u32 key = 0;
    __u64 *row = bpf_map_lookup_elem(&table, &key);

    if (!row)
        return 0;
    return row[position];  // the refused line
}

LICENSE("GPL");
