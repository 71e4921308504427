// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Weak, hidden and unused global subprograms: weak binding is a subprogram as well, hidden ones are verified as static.
#include <bpf4j/bpf.h>

__weak_symbol __not_inlined int fallback(int x)
{
    return x + bpf_get_current_pid_tgid();
}

__hidden_symbol __not_inlined int concealed(int x)
{
    return x + bpf_ktime_get_ns();
}

__not_inlined int unused(int x)
{
    return x;
}

SEC("raw_tp/sys_enter") int entry(void *ctx)
{
    return fallback(1) + concealed(2);
}

LICENSE("GPL");
