// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Two of one name, of which one takes the other's place while it is registered (kernel 6.4). Each counts its calls.
#include <bpf4j/congestion.h>

__u64 first_calls;
__u64 second_calls;

SEC("struct_ops/cong_avoid") ENTRY(void, first_avoid, struct sock *, sk, __u32, ack, __u32, acked)
{
    __sync_fetch_and_add(&first_calls, 1);
    tcp_sk(sk)->snd_cwnd += acked;
}

SEC("struct_ops/cong_avoid") ENTRY(void, second_avoid, struct sock *, sk, __u32, ack, __u32, acked)
{
    __sync_fetch_and_add(&second_calls, 1);
    tcp_sk(sk)->snd_cwnd += acked;
}

struct tcp_congestion_ops {
    REQUIRED_MEMBERS;
    char name[16];
};

#define NAMED(avoid, text)                                                                                     \
    {.ssthresh = (void *)ssthresh, .undo_cwnd = (void *)undo_cwnd, .cong_avoid = (void *)avoid, .name = text}

SEC(".struct_ops.link") struct tcp_congestion_ops first = NAMED(first_avoid, "bpf4j_swap");

SEC(".struct_ops.link") struct tcp_congestion_ops second = NAMED(second_avoid, "bpf4j_swap");

SEC(".struct_ops.link") struct tcp_congestion_ops renamed = NAMED(cong_avoid, "bpf4j_renamed");
