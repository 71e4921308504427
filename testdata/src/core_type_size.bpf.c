// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// BPF_CORE_TYPE_SIZE: of a structure, a union, an enum, an integer typedef; 0 for a missing type.
#include <bpf4j/core.h>

struct task_struct {
    int pid;
} __relocated;

struct no_such_struct {
    int field;
};

union bpf_attr {
    int x;
};

enum bpf_prog_type { BPF_PROG_TYPE_UNSPEC };

typedef unsigned short umode_t;

__u64 answers[8];

SEC("raw_tp/sys_enter") int ask(void *ctx)
{
    answers[0] = core_type_size(struct task_struct);
    answers[1] = core_type_size(struct no_such_struct);
    answers[2] = core_type_size(union bpf_attr);
    answers[3] = core_type_size(enum bpf_prog_type);
    answers[4] = core_type_size(umode_t);
    return 0;
}

LICENSE("GPL");
