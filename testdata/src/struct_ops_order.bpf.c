// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A subset of the members in another order than the kernel has them. Loads, and `first` registers: a loader that copies
// by position puts programs into the wrong slots. `second` lacks what the kernel requires, as registering shows.
#include <bpf4j/congestion.h>

struct tcp_congestion_ops {
    char name[16];
    void (*cong_avoid)(struct sock *sk, __u32 ack, __u32 acked);
    __u32 flags;
    __u32 (*undo_cwnd)(struct sock *sk);
    __u32 (*ssthresh)(struct sock *sk);
};

SEC(".struct_ops") struct tcp_congestion_ops first = {
    .name = "bpf4j_order",
    .flags = TCP_CONG_NON_RESTRICTED,
    REQUIRED,
};

SEC(".struct_ops") struct tcp_congestion_ops second = {.ssthresh = (void *)ssthresh, .name = "bpf4j_second"};
