// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Two layouts of one type side by side: the part of a type's name from ___ on is not the kernel's. The flavor of an old
// kernel has a field that is gone, behind a question whether it exists: its accesses become poison that is never
// reached.
#include <bpf4j/core.h>

struct task_struct {
    unsigned __state;
} __relocated;

struct task_struct___before_5_14 {
    volatile long state;
} __relocated;

struct ___not_a_flavor {
    int field;
} __relocated;

long state;
int exists;

SEC("raw_tp/sys_enter") int read_state(void *ctx)
{
    struct task_struct *task = bpf_get_current_task();
    struct task_struct___before_5_14 *old = (void *)task;
    struct ___not_a_flavor *plain = (void *)task;
    unsigned now = 0;

    if (core_field_exists(old->state)) {
        bpf_probe_read_kernel(&state, sizeof(state), (const void *)&old->state);
    } else {
        core_read(now, task->__state);
        state = now;
    }
    exists = core_field_exists(plain->field);
    return 0;
}

LICENSE("GPL");
