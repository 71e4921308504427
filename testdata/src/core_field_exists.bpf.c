// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// BPF_CORE_FIELD_EXISTS: 1 for a field that is there, 0 for one that is not, and 0 for one of an incompatible kind.
#include <bpf4j/core.h>

struct task_struct {
    int pid;
    int no_such_field;
    int comm;
    struct task_struct *real_parent;
} __relocated;

struct no_such_struct {
    int field;
} __relocated;

__u64 answers[8];

SEC("raw_tp/sys_enter") int ask(void *ctx)
{
    struct task_struct *task = bpf_get_current_task();

    struct no_such_struct *none = (void *)task;

    answers[0] = core_field_exists(task->pid);
    answers[1] = core_field_exists(task->no_such_field);
    answers[2] = core_field_exists(task->comm);
    answers[3] = core_field_exists(task->real_parent->pid);
    answers[4] = core_field_exists(none->field);
    return 0;
}

LICENSE("GPL");
