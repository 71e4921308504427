// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// One variable in each of the sections .struct_ops and .struct_ops.link; the same programs serve both.
#include <bpf4j/congestion.h>

struct tcp_congestion_ops {
    REQUIRED_MEMBERS;
    char name[16];
};

SEC(".struct_ops.link") struct tcp_congestion_ops by_link = {REQUIRED, .name = "bpf4j_by_link"};

SEC(".struct_ops") struct tcp_congestion_ops by_map = {REQUIRED, .name = "bpf4j_by_map"};
