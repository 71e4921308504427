// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Bitfields that the kernel lacks, all zero, beside others that share their bytes: skipped, loads. libbpf 1.8 crashes.
#include <bpf4j/congestion.h>

struct tcp_congestion_ops {
    REQUIRED_MEMBERS;
    unsigned no_such_bits : 3;
    unsigned no_such_bits_either : 7;
    char name[16];
};

SEC(".struct_ops") struct tcp_congestion_ops ops = {REQUIRED, .name = "bpf4j_bits"};
