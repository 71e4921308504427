// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Replaces the subprogram `verdict` of freplace_target, whose program has to be given to the load.
#include <bpf4j/bpf.h>

// The verifier knows the context by the name of its type.
struct xdp_md {
    __u32 data;
};

SEC("freplace/verdict") int other_verdict(struct xdp_md *ctx)
{
    volatile int answer = 2;
    return answer;
}

LICENSE("GPL");
