// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// BPF_CORE_FIELD_SIGNED: the answer is the target's, whatever the local declaration says.
#include <bpf4j/core.h>

struct task_struct {
    unsigned pid;
    int flags;
    unsigned exit_state;
    unsigned char in_execve : 1;
} __relocated;

__u64 answers[8];

SEC("raw_tp/sys_enter") int ask(void *ctx)
{
    struct task_struct *task = bpf_get_current_task();

    answers[0] = core_field_signed(task->pid);
    answers[1] = core_field_signed(task->flags);
    answers[2] = core_field_signed(task->exit_state);
    answers[3] = core_field_signed(task->in_execve);
    return 0;
}

LICENSE("GPL");
