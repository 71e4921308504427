// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A symbol that is defined nowhere and not said to be the kernel's: refused when the object is read.
#include <bpf4j/externs.h>

extern int defined_nowhere;

SEC("socket") int use(void *ctx)
{
    return defined_nowhere;
}

LICENSE("GPL");
