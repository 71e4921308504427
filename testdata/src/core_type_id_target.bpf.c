// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// BPF_CORE_TYPE_ID_TARGET: the id in the BTF of the kernel, 0 for a type that it does not have.
#include <bpf4j/core.h>

struct task_struct {
    int pid;
} __relocated;

struct no_such_struct {
    int field;
};

typedef unsigned int gfp_t;


__u64 answers[8];

SEC("raw_tp/sys_enter") int ask(void *ctx)
{
    answers[0] = core_type_id_target(struct task_struct);
    answers[1] = core_type_id_target(struct no_such_struct);
    answers[2] = core_type_id_target(gfp_t);
    return 0;
}

LICENSE("GPL");
