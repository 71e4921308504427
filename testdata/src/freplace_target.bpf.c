// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A program with a global subprogram that another program may replace.
#include <bpf4j/bpf.h>

// The verifier knows the context by the name of its type.
struct xdp_md {
    __u32 data;
};

__not_inlined int verdict(struct xdp_md *ctx)
{
    volatile int answer = 1;
    return answer;
}

SEC("xdp") int decide(struct xdp_md *ctx)
{
    return verdict(ctx);
}

LICENSE("GPL");
