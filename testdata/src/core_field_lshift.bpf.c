// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// BPF_CORE_FIELD_LSHIFT_U64: for a bitfield and for a whole field, in both byte orders.
#include <bpf4j/core.h>

struct task_struct {
    int pid;
    unsigned sched_reset_on_fork : 1;
    unsigned sched_migrated : 1;
} __relocated;

__u64 answers[8];

SEC("raw_tp/sys_enter") int ask(void *ctx)
{
    struct task_struct *task = bpf_get_current_task();

    answers[0] = core_field_lshift_u64(task->pid);
    answers[1] = core_field_lshift_u64(task->sched_reset_on_fork);
    answers[2] = core_field_lshift_u64(task->sched_migrated);
    return 0;
}

LICENSE("GPL");
