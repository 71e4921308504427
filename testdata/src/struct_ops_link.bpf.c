// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Registered through a link (kernel 6.4). libbpf before 1.2 does not know the section.
#include <bpf4j/congestion.h>

struct tcp_congestion_ops {
    REQUIRED_MEMBERS;
    char name[16];
};

SEC(".struct_ops.link") struct tcp_congestion_ops linked = {REQUIRED, .name = "bpf4j_linked"};
