// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// No program at all, only data: still needs the type of the kernel. The map is made; registering it is refused.
#include <bpf4j/tcp.h>

struct tcp_congestion_ops {
    __u32 (*ssthresh)(struct sock *sk);
    __u32 flags;
    char name[16];
};

SEC(".struct_ops") struct tcp_congestion_ops ops = {.name = "bpf4j_data", .flags = TCP_CONG_NEEDS_ECN};

LICENSE("GPL");
