// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A function of the kernel called as a member of a struct_ops, and a weak one that no kernel has behind a question.
#include <bpf4j/externs.h>

struct sock {
    int sk_mark;
} __relocated;

extern void tcp_reno_cong_avoid(struct sock *sk, __u32 ack, __u32 acked) __ksym;
extern __u32 tcp_reno_ssthresh(struct sock *sk) __ksym;
extern int no_such_kfunc(struct sock *sk) __ksym __weak_symbol;

SEC("struct_ops/cong_avoid") void cong_avoid(__u64 *words)
{
    struct sock *sk = (void *)words[0];

    if (no_such_kfunc)
        no_such_kfunc(sk);
    tcp_reno_cong_avoid(sk, words[1], words[2]);
}

SEC("struct_ops/ssthresh") __u32 ssthresh(__u64 *words)
{
    return tcp_reno_ssthresh((void *)words[0]);
}

struct tcp_congestion_ops {
    __u32 (*ssthresh)(struct sock *sk);
    void (*cong_avoid)(struct sock *sk, __u32 ack, __u32 acked);
    char name[16];
};

SEC(".struct_ops") struct tcp_congestion_ops ops = {
    .cong_avoid = (void *)cong_avoid,
    .ssthresh = (void *)ssthresh,
    .name = "bpf4j_kfunc",
};

LICENSE("GPL");
