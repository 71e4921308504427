// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A callback where the kernel has an array of characters: refused by kind.
#include <bpf4j/congestion.h>

struct tcp_congestion_ops {
    REQUIRED_MEMBERS;
    void (*name)(struct sock *sk);
};

SEC("struct_ops/extra") ENTRY(void, extra, struct sock *, sk)
{
}

SEC(".struct_ops") struct tcp_congestion_ops ops = {REQUIRED, .name = (void *)extra};
