// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Two optional variables, of a type that no kernel has: neither is made unless asked for, and so their programs are not
// loaded. libbpf 1.8 takes only the first for optional.
#include <bpf4j/congestion.h>

struct no_such_ops {
    __u32 (*serve)(struct sock *sk);
};

SEC("struct_ops/serve_first") ENTRY(__u32, serve_first, struct sock *, sk)
{
    return 1;
}

SEC("struct_ops/serve_second") ENTRY(__u32, serve_second, struct sock *, sk)
{
    return 2;
}

SEC("?.struct_ops") struct no_such_ops first = {.serve = (void *)serve_first};

SEC("?.struct_ops") struct no_such_ops second = {.serve = (void *)serve_second};

struct tcp_congestion_ops {
    REQUIRED_MEMBERS;
    char name[16];
};

SEC(".struct_ops.link") struct tcp_congestion_ops plain = {REQUIRED, .name = "bpf4j_plain"};
