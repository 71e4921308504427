// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// BPF_CORE_TYPE_ID_LOCAL: the id in the BTF of the object, also of a type that no kernel has.
#include <bpf4j/core.h>

struct task_struct {
    int pid;
} __relocated;

struct only_here {
    int field;
};

typedef struct only_here only_here_t;

__u64 answers[8];

SEC("raw_tp/sys_enter") int ask(void *ctx)
{
    answers[0] = core_type_id_local(struct task_struct);
    answers[1] = core_type_id_local(struct only_here);
    answers[2] = core_type_id_local(only_here_t);
    answers[3] = core_type_id_local(int);
    return 0;
}

LICENSE("GPL");
