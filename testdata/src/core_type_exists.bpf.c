// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// BPF_CORE_TYPE_EXISTS: of structures, an enum, a union (kinds must agree) and typedefs, the last
// two of a function pointer, of which one has another parameter type than the kernel.
#include <bpf4j/core.h>

struct task_struct {
    int pid;
} __relocated;

struct no_such_struct {
    int field;
};

enum bpf_map_type___any { BPF_MAP_TYPE_ANY___any };

union task_struct___union {
    int x;
};

struct bpf_insn;
typedef unsigned int (*bpf_func_t)(const void *ctx, const struct bpf_insn *insn);
typedef unsigned int (*bpf_func_t___plain)(const void *ctx, int insn);
typedef unsigned int gfp_t;

__u64 answers[8];

SEC("raw_tp/sys_enter") int ask(void *ctx)
{
    answers[0] = core_type_exists(struct task_struct);
    answers[1] = core_type_exists(struct no_such_struct);
    answers[2] = core_type_exists(enum bpf_map_type___any);
    answers[3] = core_type_exists(union task_struct___union);
    answers[4] = core_type_exists(gfp_t);
    answers[5] = core_type_exists(bpf_func_t);
    answers[6] = core_type_exists(bpf_func_t___plain);
    return 0;
}

LICENSE("GPL");
