// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// BPF_CORE_FIELD_BYTE_SIZE: of an integer, an array, an element of it, an embedded structure and a bitfield (its
// container).
#include <bpf4j/core.h>

struct list_head {
    struct list_head *next, *prev;
} __relocated;

struct task_struct {
    int pid;
    char comm[8];
    struct list_head tasks;
    unsigned sched_reset_on_fork : 1;
} __relocated;

__u64 answers[8];

SEC("raw_tp/sys_enter") int ask(void *ctx)
{
    struct task_struct *task = bpf_get_current_task();

    answers[0] = core_field_byte_size(task->pid);
    answers[1] = core_field_byte_size(task->comm);
    answers[2] = core_field_byte_size(task->comm[1]);
    answers[3] = core_field_byte_size(task->tasks);
    answers[4] = core_field_byte_size(task->sched_reset_on_fork);
    return 0;
}

LICENSE("GPL");
