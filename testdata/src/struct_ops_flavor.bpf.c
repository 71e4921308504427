// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// The type has a flavor: the kernel type is found without it. The member that the kernel lacks is not set. Loads.
#include <bpf4j/congestion.h>

struct tcp_congestion_ops___v2 {
    void (*no_such_callback)(struct sock *sk);
    REQUIRED_MEMBERS;
    char name[16];
};

SEC(".struct_ops") struct tcp_congestion_ops___v2 flavored = {REQUIRED, .name = "bpf4j_flavored"};
