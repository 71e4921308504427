// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A program in a member that is a callback here and a data pointer in the kernel (owner): refused.
#include <bpf4j/congestion.h>

struct tcp_congestion_ops {
    void (*owner)(struct sock *sk);
    REQUIRED_MEMBERS;
    char name[16];
};

SEC("struct_ops/extra") ENTRY(void, extra, struct sock *, sk)
{
}

SEC(".struct_ops") struct tcp_congestion_ops ops = {.owner = (void *)extra, REQUIRED, .name = "bpf4j_owner"};
