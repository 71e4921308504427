// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Fields declared wider or narrower than the kernel has them: an unsigned load gets the width of the kernel's field.
#include <bpf4j/core.h>
#include <bpf4j/entry.h>
#include <bpf4j/tcp.h>

struct tcp_sock___other_width {
    __u64 snd_cwnd;          // 4 bytes in the kernel
    __u8 snd_ssthresh;       // 4
    __u32 ecn_flags;         // 1
    __u64 tcp_header_len;    // 2
    __u32 bytes_acked;       // 8
} __relocated;

SEC("struct_ops/ssthresh") ENTRY(__u32, ssthresh, struct sock *, sk)
{
    struct tcp_sock___other_width *tp = (void *)sk;

    return tp->snd_cwnd + tp->snd_ssthresh + tp->ecn_flags + tp->tcp_header_len + tp->bytes_acked;
}

struct tcp_congestion_ops {
    __u32 (*ssthresh)(struct sock *sk);
};

SEC(".struct_ops") struct tcp_congestion_ops widths = {.ssthresh = (void *)ssthresh};

LICENSE("GPL");
