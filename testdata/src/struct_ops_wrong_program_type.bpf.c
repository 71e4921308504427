// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A program of another type in a member: refused when the object is read.
#include <bpf4j/congestion.h>

struct tcp_congestion_ops {
    REQUIRED_MEMBERS;
    void (*init)(struct sock *sk);
    char name[16];
};

SEC("raw_tp/sys_enter") int not_struct_ops(void *ctx)
{
    return 0;
}

SEC(".struct_ops") struct tcp_congestion_ops ops = {REQUIRED, .init = (void *)not_struct_ops, .name = "bpf4j_type"};
