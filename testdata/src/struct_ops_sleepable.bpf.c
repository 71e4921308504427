// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// The sleepable form of the section name; the kernel decides whether a member may sleep, and congestion control may
// not.
#include <bpf4j/congestion.h>

SEC("struct_ops.s/init") ENTRY(void, init, struct sock *, sk)
{
}

struct tcp_congestion_ops {
    REQUIRED_MEMBERS;
    void (*init)(struct sock *sk);
    char name[16];
};

SEC(".struct_ops") struct tcp_congestion_ops ops = {REQUIRED, .init = (void *)init, .name = "bpf4j_sleepable"};
