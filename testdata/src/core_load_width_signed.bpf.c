// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A signed field of another width: the load cannot be changed without sign extension, so it becomes poison, and the
// verifier reaches it. Refused.
#include <bpf4j/core.h>
#include <bpf4j/entry.h>
#include <bpf4j/tcp.h>

struct tcp_sock___other_width {
    long long undo_retrans;  // an int in the kernel
} __relocated;

SEC("struct_ops/ssthresh") ENTRY(__u32, ssthresh, struct sock *, sk)
{
    struct tcp_sock___other_width *tp = (void *)sk;

    return tp->undo_retrans > 3;
}

struct tcp_congestion_ops {
    __u32 (*ssthresh)(struct sock *sk);
};

SEC(".struct_ops") struct tcp_congestion_ops widths = {.ssthresh = (void *)ssthresh};

LICENSE("GPL");
