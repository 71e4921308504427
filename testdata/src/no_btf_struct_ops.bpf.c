// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// cflags: -g0
// A struct_ops variable whose BTF is gone: refused when the object is read.
#include <bpf4j/congestion.h>

struct tcp_congestion_ops {
    REQUIRED_MEMBERS;
};

SEC(".struct_ops") struct tcp_congestion_ops ops = {REQUIRED};
