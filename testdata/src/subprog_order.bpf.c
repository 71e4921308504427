// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Subprograms stand in .text as a, b, c, d; each program calls them in another order, and each is appended to a program
// once, depth first at its first call: `forward` becomes forward a c b d, `backward` becomes backward d b a c.
#include <bpf4j/bpf.h>

__u64 trace;

__not_inlined int c(int x);
__not_inlined int b(int x);
__not_inlined int d(int x);

__not_inlined int a(int x)
{
    trace = trace * 10 + 1;
    return c(x) + 1;
}

__not_inlined int b(int x)
{
    trace = trace * 10 + 2;
    return x + 2;
}

__not_inlined int c(int x)
{
    trace = trace * 10 + 3;
    return b(x) + 3;
}

__not_inlined int d(int x)
{
    trace = trace * 10 + 4;
    return b(x) + 4;
}

SEC("socket") int forward(void *ctx)
{
    return a(1) + d(2);
}

SEC("raw_tp/sys_enter") int backward(void *ctx)
{
    return d(3) + a(4);
}

LICENSE("GPL");
