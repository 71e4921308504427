// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// An address without a type that no kernel has and that is not weak: refused.
#include <bpf4j/externs.h>

extern const void no_such_symbol __ksym;

__u64 answer;

SEC("raw_tp/sys_enter") int ask(void *ctx)
{
    answer = (__u64)&no_such_symbol;
    return 0;
}

LICENSE("GPL");
