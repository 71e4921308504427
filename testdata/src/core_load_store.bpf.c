// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Relocated offsets inside loads and register stores (LDX, STX), with pointers followed; all of it runs on any kernel,
// since congestion controls may dereference a socket and write these fields.
#include <bpf4j/core.h>
#include <bpf4j/entry.h>
#include <bpf4j/tcp.h>

struct net {
    __u32 hash_mix;
} __relocated;

typedef struct {
    struct net *net;
} possible_net_t;

struct sock___with_net {
    struct {
        __u16 skc_family;
        possible_net_t skc_net;
    } __sk_common;
} __relocated;

SEC("struct_ops/ssthresh") ENTRY(__u32, ssthresh, struct sock *, sk)
{
    struct tcp_sock *tp = tcp_sk(sk);
    struct sock___with_net *plain = (void *)sk;

    tp->snd_cwnd_cnt = tp->snd_cwnd;
    tp->snd_ssthresh = tp->snd_ssthresh / 2;
    return tp->snd_cwnd + plain->__sk_common.skc_family + plain->__sk_common.skc_net.net->hash_mix;
}

struct tcp_congestion_ops {
    __u32 (*ssthresh)(struct sock *sk);
};

SEC(".struct_ops") struct tcp_congestion_ops loads = {.ssthresh = (void *)ssthresh};

LICENSE("GPL");
