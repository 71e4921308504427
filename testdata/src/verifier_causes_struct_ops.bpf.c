// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Writes a field of a kernel structure that the subsystem does not let programs write.
#include <bpf4j/congestion.h>

struct sock {
    __u32 sk_mark;
} __relocated;

SEC("struct_ops/set_state") ENTRY(void, kernel_memory_written, struct sock *, sk, __u8, state)
{
    sk->sk_mark = 1;
}

struct tcp_congestion_ops {
    REQUIRED_MEMBERS;
    void (*set_state)(struct sock *sk, __u8 state);
    char name[16];
};

SEC(".struct_ops") struct tcp_congestion_ops ops = {
    REQUIRED,
    .set_state = (void *)kernel_memory_written,
    .name = "bpf4j_refused",
};
