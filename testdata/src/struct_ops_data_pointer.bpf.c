// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A pointer that is no callback in the kernel (owner) is passed while it is null. Loads.
#include <bpf4j/congestion.h>

struct module;

struct tcp_congestion_ops {
    struct module *owner;
    REQUIRED_MEMBERS;
    char name[16];
};

SEC(".struct_ops") struct tcp_congestion_ops ops = {REQUIRED, .name = "bpf4j_owner"};
