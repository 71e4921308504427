// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// One program in the same member of two variables: allowed.
#include <bpf4j/congestion.h>

struct tcp_congestion_ops {
    REQUIRED_MEMBERS;
    char name[16];
};

SEC(".struct_ops") struct tcp_congestion_ops one = {REQUIRED, .name = "bpf4j_one"};

SEC(".struct_ops") struct tcp_congestion_ops other = {REQUIRED, .name = "bpf4j_other"};
