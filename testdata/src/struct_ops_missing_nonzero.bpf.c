// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A member that the kernel lacks has a value: refused.
#include <bpf4j/congestion.h>

struct tcp_congestion_ops {
    REQUIRED_MEMBERS;
    int no_such_number;
    char name[16];
};

SEC(".struct_ops") struct tcp_congestion_ops ops = {REQUIRED, .no_such_number = 1, .name = "bpf4j_nonzero"};
