// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// An enumerator that no kernel has, used without asking: poison in both slots of a wide load, which the verifier
// reaches.
#include <bpf4j/core.h>

enum tcp_ca_state { TCP_CA_No_Such_State = 7 };

__u64 value;

SEC("raw_tp/sys_enter") int use_missing(void *ctx)
{
    value = core_enumval_value(enum tcp_ca_state, TCP_CA_No_Such_State);
    return 0;
}

LICENSE("GPL");
