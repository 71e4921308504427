// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A program array whose slots are filled with programs of the same object.
#include <bpf4j/bpf.h>

int accept_all(void *ctx);
int refuse_all(void *ctx);

struct {
    __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
    __uint(max_entries, 3);
    __uint(key_size, sizeof(__u32));
    __array(values, int(void *));
} jumps SEC(".maps") = {
    .values = {[0] = (void *)&accept_all, [2] = (void *)&refuse_all},
};

SEC("socket") int accept_all(void *ctx)
{
    return -1;
}

SEC("socket") int refuse_all(void *ctx)
{
    return 0;
}

SEC("socket") int dispatch(void *ctx)
{
    bpf_tail_call(ctx, &jumps, 2);
    return 1;
}

LICENSE("GPL");
