// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Addresses without a type, out of the table of kernel symbols: a function that is there, a weak name that is not.
#include <bpf4j/externs.h>

extern const void bpf_prog_put __ksym;
extern const void no_such_symbol __ksym __weak_symbol;

__u64 answers[2];

SEC("raw_tp/sys_enter") int ask(void *ctx)
{
    answers[0] = (__u64)&bpf_prog_put;
    answers[1] = (__u64)&no_such_symbol;
    return 0;
}

LICENSE("GPL");
