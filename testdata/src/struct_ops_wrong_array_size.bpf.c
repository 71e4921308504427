// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// The name is longer than the kernel has room for: refused, as the sizes differ.
#include <bpf4j/congestion.h>

struct tcp_congestion_ops {
    REQUIRED_MEMBERS;
    char name[24];
};

SEC(".struct_ops") struct tcp_congestion_ops ops = {REQUIRED, .name = "bpf4j_name"};
