// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// cflags: -mcpu=v4
// A variable of an arena without an arena: refused when the object is read.
#include <bpf4j/bpf.h>

__u64 __arena counter = 41;

SEC("socket") int count(void *ctx)
{
    return counter;
}

LICENSE("GPL");
