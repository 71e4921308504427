// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A callback that the kernel lacks is set: refused, though the bytes in the file are zero.
#include <bpf4j/congestion.h>

struct tcp_congestion_ops {
    REQUIRED_MEMBERS;
    void (*no_such_callback)(struct sock *sk);
    char name[16];
};

SEC("struct_ops/extra") ENTRY(void, extra, struct sock *, sk)
{
}

SEC(".struct_ops") struct tcp_congestion_ops ops = {REQUIRED, .no_such_callback = (void *)extra, .name = "bpf4j_extra"};
