// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Two programs in one section, static subprograms called through the section symbol of .text, and a global one.
#include <bpf4j/bpf.h>

static __not_inlined int twice(int x)
{
    return x * 2 + (bpf_ktime_get_ns() & 1);
}

static __not_inlined int thrice(int x)
{
    return twice(x) + x;
}

__not_inlined int checked(int x)
{
    return x > 100 ? 100 : thrice(x);
}

SEC("socket") int one(void *ctx)
{
    return thrice(1) + twice(2);
}

SEC("socket") int other(void *ctx)
{
    return checked(3);
}

LICENSE("GPL");
