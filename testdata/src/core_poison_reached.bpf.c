// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A field that no kernel has, accessed without asking: the verifier reaches the poison and refuses the program.
#include <bpf4j/core.h>

struct task_struct {
    int no_such_field;
} __relocated;

int value;

SEC("raw_tp/sys_enter") int read_missing(void *ctx)
{
    struct task_struct *task = bpf_get_current_task();

    core_read(value, task->no_such_field);
    return 0;
}

LICENSE("GPL");
