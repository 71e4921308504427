// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// BPF_CORE_ENUMVAL_EXISTS: found by name, whatever its number; flavors on the enum and on the enumerator.
#include <bpf4j/core.h>

enum tcp_ca_state {
    TCP_CA_Open = 77,
    TCP_CA_Missing = 78,
};

enum tcp_ca_event___flavor {
    CA_EVENT_LOSS___flavor = 9,
};

enum no_such_enum { NO_SUCH_VALUE = 1 };

__u64 answers[8];

SEC("raw_tp/sys_enter") int ask(void *ctx)
{
    answers[0] = core_enumval_exists(enum tcp_ca_state, TCP_CA_Open);
    answers[1] = core_enumval_exists(enum tcp_ca_state, TCP_CA_Missing);
    answers[2] = core_enumval_exists(enum tcp_ca_event___flavor, CA_EVENT_LOSS___flavor);
    answers[3] = core_enumval_exists(enum no_such_enum, NO_SUCH_VALUE);
    return 0;
}

LICENSE("GPL");
