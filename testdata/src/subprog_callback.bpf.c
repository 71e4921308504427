// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Functions handed to helpers by address: static ones (section symbol and offset) and one that is also called directly.
#include <bpf4j/bpf.h>

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 4);
    __type(key, __u32);
    __type(value, __u64);
} numbers SEC(".maps");

struct sum {
    __u64 value;
};

static __not_inlined int add_round(__u32 round, struct sum *sum)
{
    sum->value += round;
    return 0;
}

static int add_entry(void *map, __u32 *key, __u64 *value, struct sum *sum)
{
    sum->value += *value;
    return add_round(*key, sum);
}

SEC("socket") int sum_up(void *ctx)
{
    struct sum sum = {};

    bpf_loop(10, add_round, &sum, 0);
    bpf_for_each_map_elem(&numbers, add_entry, &sum, 0);
    return sum.value;
}

LICENSE("GPL");
