// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// cflags: -fcommon
// A common symbol, which old compilers made of an uninitialised global variable: no section has it. Refused when the
// object is read.
#include <bpf4j/externs.h>

int uninitialised;

SEC("socket") int use(void *ctx)
{
    return ++uninitialised;
}

LICENSE("GPL");
