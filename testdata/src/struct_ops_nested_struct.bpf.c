// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A nested structure is copied as its bytes, which must be of the kernel's size, whatever stands inside (list). Loads.
#include <bpf4j/congestion.h>

struct tcp_congestion_ops {
    struct {
        long links[2];
    } list;
    REQUIRED_MEMBERS;
    char name[16];
};

SEC(".struct_ops") struct tcp_congestion_ops ops = {REQUIRED, .name = "bpf4j_nested"};
