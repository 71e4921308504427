// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Variables of the kernel with a type, per processor: one that is there, a weak one that is not.
#include <bpf4j/externs.h>

struct rq {
    int cpu;
} __relocated;

extern const struct rq runqueues __ksym;
extern const int no_such_variable __ksym __weak_symbol;

int cpu;
int found;

SEC("raw_tp/sys_enter") int ask(void *ctx)
{
    const struct rq *mine = bpf_this_cpu_ptr(&runqueues);
    const struct rq *first = bpf_per_cpu_ptr(&runqueues, 0);

    cpu = mine->cpu;
    if (first)
        cpu += first->cpu;
    found = &no_such_variable != NULL;
    return 0;
}

LICENSE("GPL");
