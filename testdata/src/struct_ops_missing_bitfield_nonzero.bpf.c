// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Two bitfields that the kernel lacks; the second is set, in a byte that it shares with the first: refused for the
// second.
#include <bpf4j/congestion.h>

struct tcp_congestion_ops {
    REQUIRED_MEMBERS;
    unsigned no_such_bits : 3;
    unsigned no_such_bits_either : 7;
    char name[16];
};

SEC(".struct_ops") struct tcp_congestion_ops ops = {REQUIRED, .no_such_bits_either = 1, .name = "bpf4j_bits"};
