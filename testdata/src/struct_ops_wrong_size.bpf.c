// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A data member of another size than the kernel has: refused.
#include <bpf4j/congestion.h>

struct tcp_congestion_ops {
    REQUIRED_MEMBERS;
    __u64 flags;
    char name[16];
};

SEC(".struct_ops") struct tcp_congestion_ops ops = {REQUIRED, .flags = 1, .name = "bpf4j_size"};
