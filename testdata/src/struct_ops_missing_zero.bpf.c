// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Members that the kernel lacks, all zero: a number, a callback, a structure. Skipped, loads.
#include <bpf4j/congestion.h>

struct tcp_congestion_ops {
    int no_such_number;
    REQUIRED_MEMBERS;
    void (*no_such_callback)(struct sock *sk);
    struct {
        int a, b;
    } no_such_struct;
    char name[16];
};

SEC(".struct_ops") struct tcp_congestion_ops ops = {REQUIRED, .name = "bpf4j_zero"};
