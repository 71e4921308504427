// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Two optional variables that this kernel could have, in ?.struct_ops.link: a map is made only for one that is asked
// for.
#include <bpf4j/congestion.h>

struct tcp_congestion_ops {
    REQUIRED_MEMBERS;
    char name[16];
};

SEC("?.struct_ops.link") struct tcp_congestion_ops first = {REQUIRED, .name = "bpf4j_opt_one"};

SEC("?.struct_ops.link") struct tcp_congestion_ops second = {REQUIRED, .name = "bpf4j_opt_two"};
