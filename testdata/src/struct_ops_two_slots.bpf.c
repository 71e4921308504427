// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// One program in two members: refused, since a program is verified for one member.
#include <bpf4j/congestion.h>

struct tcp_congestion_ops {
    REQUIRED_MEMBERS;
    char name[16];
};

SEC(".struct_ops") struct tcp_congestion_ops ops = {
    .ssthresh = (void *)ssthresh,
    .undo_cwnd = (void *)ssthresh,
    .cong_avoid = (void *)cong_avoid,
    .name = "bpf4j_slots",
};

// Keeps the remaining program in use.
SEC(".struct_ops") struct tcp_congestion_ops other = {.undo_cwnd = (void *)undo_cwnd};
