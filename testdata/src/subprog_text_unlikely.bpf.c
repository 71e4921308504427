// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Subprograms outside .text, in a section whose name starts with .text. and calls from there back into .text. libbpf
// takes such functions for programs of an unknown type.
#include <bpf4j/bpf.h>

__not_inlined int common(int x)
{
    return x + bpf_ktime_get_ns();
}

SEC(".text.unlikely") __not_inlined int rare(int x)
{
    return common(x) * 2;
}

static SEC(".text.unlikely") __not_inlined int rarer(int x)
{
    return rare(x) + bpf_get_current_pid_tgid();
}

SEC("raw_tp/sys_enter") int entry(void *ctx)
{
    return common(1) + rarer(2);
}

LICENSE("GPL");
