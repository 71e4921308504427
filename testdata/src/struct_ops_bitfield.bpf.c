// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A member that is a bitfield here and a whole field in the kernel: refused, also while it is zero.
#include <bpf4j/congestion.h>

struct tcp_congestion_ops {
    REQUIRED_MEMBERS;
    __u32 flags : 4;
    char name[16];
};

SEC(".struct_ops") struct tcp_congestion_ops ops = {REQUIRED, .name = "bpf4j_bitfield"};
