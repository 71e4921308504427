// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A struct_ops program that no member refers to: nothing says what it is verified for. Refused.
#include <bpf4j/congestion.h>

struct tcp_congestion_ops {
    REQUIRED_MEMBERS;
    char name[16];
};

SEC("struct_ops/orphan") ENTRY(__u32, orphan, struct sock *, sk)
{
    return 1;
}

SEC(".struct_ops") struct tcp_congestion_ops ops = {REQUIRED, .name = "bpf4j_orphan"};
