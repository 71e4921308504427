// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Relocations that cannot be resolved, each behind a question whether its field, type or value exists: all become
// poison in branches that the verifier finds dead. Loads.
#include <bpf4j/core.h>

enum tcp_ca_state { TCP_CA_No_Such_State = 7 };

struct task_struct {
    int no_such_field;
    struct task_struct *no_such_parent;
    int pid;
} __relocated;

struct no_such_struct {
    int field;
} __relocated;

__u64 answers[5];

SEC("raw_tp/sys_enter") int ask(void *ctx)
{
    struct task_struct *task = bpf_get_current_task();
    struct no_such_struct *none = (void *)task;
    int value = 0;

    if (core_field_exists(task->no_such_field)) {
        core_read(value, task->no_such_field);
        answers[0] = value + core_field_byte_size(task->no_such_field) + core_field_signed(task->no_such_field);
    }
    if (core_type_exists(struct no_such_struct))
        core_read(value, none->field);
    if (core_field_exists(task->no_such_parent))
        answers[1] = core_field_byte_offset(task->no_such_parent);
    if (core_enumval_exists(enum tcp_ca_state, TCP_CA_No_Such_State))
        answers[2] = core_enumval_value(enum tcp_ca_state, TCP_CA_No_Such_State);
    answers[3] = core_field_exists(task->pid) ? 1 : core_field_byte_offset(task->pid);
    answers[4] = value;
    return 0;
}

LICENSE("GPL");
