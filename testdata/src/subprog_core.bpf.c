// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// CO-RE relocations inside subprograms: they are applied before a subprogram is copied, so both programs get the fixed
// one.
#include <bpf4j/core.h>

struct task_struct {
    int tgid;
    int pid;
} __relocated;

static __not_inlined int process_of(struct task_struct *task)
{
    int tgid = 0;

    core_read(tgid, task->tgid);
    return tgid;
}

static __not_inlined int thread_of(struct task_struct *task)
{
    int pid = 0;

    core_read(pid, task->pid);
    return pid - process_of(task);
}

SEC("raw_tp/sys_enter") int on_enter(void *ctx)
{
    struct task_struct *task = bpf_get_current_task();

    return process_of(task) + thread_of(task);
}

SEC("raw_tp/sys_exit") int on_exit(void *ctx)
{
    return thread_of(bpf_get_current_task());
}

LICENSE("GPL");
