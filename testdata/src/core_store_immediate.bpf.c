// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// cflags: -mcpu=v4
// A relocated offset in a store of a constant (ST), which clang emits for processor version 4 only.
#include <bpf4j/core.h>
#include <bpf4j/entry.h>
#include <bpf4j/tcp.h>

SEC("struct_ops/ssthresh") ENTRY(__u32, ssthresh, struct sock *, sk)
{
    struct tcp_sock *tp = tcp_sk(sk);

    tp->snd_cwnd_cnt = 5;
    return 10;
}

struct tcp_congestion_ops {
    __u32 (*ssthresh)(struct sock *sk);
};

SEC(".struct_ops") struct tcp_congestion_ops stores = {.ssthresh = (void *)ssthresh};

LICENSE("GPL");
