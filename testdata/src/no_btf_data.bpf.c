// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// cflags: -g0
// A program with global data and no BTF: the section is a map without types.
#include <bpf4j/bpf.h>

int runs = 3;
const volatile int step = 2;

SEC("socket") int use(void *ctx)
{
    runs += step;
    return runs;
}

LICENSE("GPL");
