// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A member of another kind of equal size: an enum where the kernel has an integer. Refused.
#include <bpf4j/congestion.h>

enum congestion_flags { NO_FLAG, NOT_RESTRICTED };

struct tcp_congestion_ops {
    REQUIRED_MEMBERS;
    enum congestion_flags flags;
    char name[16];
};

SEC(".struct_ops") struct tcp_congestion_ops ops = {REQUIRED, .flags = NOT_RESTRICTED, .name = "bpf4j_kind"};
