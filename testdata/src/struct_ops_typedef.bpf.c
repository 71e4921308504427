// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// The type of the variable is reached through volatile and a typedef. Loads.
#include <bpf4j/congestion.h>

typedef struct tcp_congestion_ops {
    REQUIRED_MEMBERS;
    char name[16];
} congestion_control;

SEC(".struct_ops") volatile congestion_control ops = {REQUIRED, .name = "bpf4j_typedef"};
