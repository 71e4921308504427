// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// BPF_CORE_FIELD_BYTE_OFFSET in moved immediates: an address to be (clang adds the offset in the next instruction), the
// offset as a number, an element of an array, and the second pointer of a chain.
#include <bpf4j/core.h>

struct nsproxy {
    int count;
} __relocated;

struct task_struct {
    struct task_struct *group_leader;
    char comm[16];
    int pid;
    struct nsproxy *nsproxy;
} __relocated;

int leader_pid;
char third_letter;
long where;

SEC("raw_tp/sys_enter") int read_fields(void *ctx)
{
    struct task_struct *task = bpf_get_current_task(), *leader = NULL;

    core_read(leader, task->group_leader);
    core_read(leader_pid, leader->pid);
    core_read(third_letter, task->comm[2]);
    where = core_field_byte_offset(task->nsproxy);
    return 0;
}

LICENSE("GPL");
