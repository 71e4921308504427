// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A variable of the section that is not a structure: refused when the object is read.
#include <bpf4j/tcp.h>

typedef __u32 number;

SEC(".struct_ops") number ops = 7;

LICENSE("GPL");
