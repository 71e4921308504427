// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// BPF_CORE_FIELD_BYTE_OFFSET in all the places clang puts it: an added immediate (address of a field), a moved immediate
// (the offset as a number), and through a chain of pointers, an embedded structure and an array element.
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
