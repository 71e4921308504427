// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A type of which the kernel has no bpf_struct_ops_ wrapper: refused.
#include <bpf4j/congestion.h>

struct no_such_ops {
    REQUIRED_MEMBERS;
};

SEC(".struct_ops") struct no_such_ops ops = {REQUIRED};
