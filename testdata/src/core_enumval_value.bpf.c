// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// BPF_CORE_ENUMVAL_VALUE: the number that the kernel gives a name, put into a two-slot load; a missing one in dead
// code.
#include <bpf4j/core.h>

enum tcp_ca_state {
    TCP_CA_Open = 77,
    TCP_CA_Loss = 78,
    TCP_CA_Missing = 79,
};

enum bpf_prog_type {
    BPF_PROG_TYPE_STRUCT_OPS = 3,
};

__u64 answers[8];

SEC("raw_tp/sys_enter") int ask(void *ctx)
{
    answers[0] = core_enumval_value(enum tcp_ca_state, TCP_CA_Open);
    answers[1] = core_enumval_value(enum tcp_ca_state, TCP_CA_Loss);
    answers[2] = core_enumval_value(enum bpf_prog_type, BPF_PROG_TYPE_STRUCT_OPS);
    if (core_enumval_exists(enum tcp_ca_state, TCP_CA_Missing))
        answers[3] = core_enumval_value(enum tcp_ca_state, TCP_CA_Missing);
    return 0;
}

LICENSE("GPL");
