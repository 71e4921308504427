// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Several programs in one section, each with CO-RE relocations: a record's offset counts from the section, not the
// program.
#include <bpf4j/core.h>

struct task_struct {
    int pid;
    int tgid;
    int exit_code;
} __relocated;

int value;

SEC("raw_tp") int first(void *ctx)
{
    struct task_struct *task = bpf_get_current_task();

    core_read(value, task->pid);
    return 0;
}

SEC("raw_tp") int second(void *ctx)
{
    struct task_struct *task = bpf_get_current_task();

    core_read(value, task->exit_code);
    return value;
}

SEC("raw_tp") int third(void *ctx)
{
    struct task_struct *task = bpf_get_current_task();

    core_read(value, task->tgid);
    return core_field_byte_size(task->tgid);
}

LICENSE("GPL");
