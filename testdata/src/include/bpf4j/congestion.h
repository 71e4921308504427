// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// The programs that the kernel requires of a congestion control, for fixtures that are about the structure around them.
#ifndef BPF4J_CONGESTION_H
#define BPF4J_CONGESTION_H

#include <bpf4j/entry.h>
#include <bpf4j/tcp.h>

SEC("struct_ops/ssthresh") ENTRY(__u32, ssthresh, struct sock *, sk)
{
    return tcp_sk(sk)->snd_cwnd / 2 + 2;
}

SEC("struct_ops/undo_cwnd") ENTRY(__u32, undo_cwnd, struct sock *, sk)
{
    return tcp_sk(sk)->snd_cwnd;
}

SEC("struct_ops/cong_avoid") ENTRY(void, cong_avoid, struct sock *, sk, __u32, ack, __u32, acked)
{
    tcp_sk(sk)->snd_cwnd += acked;
}

#define REQUIRED_MEMBERS                                             \
    __u32 (*ssthresh)(struct sock * sk);                             \
    __u32 (*undo_cwnd)(struct sock * sk);                            \
    void (*cong_avoid)(struct sock * sk, __u32 ack, __u32 acked)

#define REQUIRED                                                     \
    .ssthresh = (void *)ssthresh, .undo_cwnd = (void *)undo_cwnd, .cong_avoid = (void *)cong_avoid

LICENSE("GPL");

#endif
