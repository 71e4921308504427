// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Raw tracepoints: the system calls of a process, with and without types, and one whose argument may be changed.
#include <bpf4j/seen.h>

SEC("raw_tp/sys_enter") int entered(void *ctx)
{
    watched(0);
    return 0;
}

SEC("tp_btf/sys_enter") int entered_typed(void *ctx)
{
    watched(1);
    return 0;
}

// Helpers for cookies of these are there since 6.10.
SEC("?raw_tp/sys_enter") int entered_with_cookie(void *ctx)
{
    struct seen *own = watched(2);
    if (own)
        own->cookie = bpf_get_attach_cookie(ctx);
    return 0;
}

SEC("?tp_btf/sys_enter") int entered_typed_with_cookie(void *ctx)
{
    struct seen *own = watched(3);
    if (own)
        own->cookie = bpf_get_attach_cookie(ctx);
    return 0;
}

// Makes test runs of programs fail with EDOM.
SEC("raw_tp.w/bpf_test_finish") int finished(__u64 *ctx)
{
    if (watched(4))
        *(__s32 *)ctx[0] = -33;
    return 0;
}

// The section names no tracepoint.
SEC("raw_tp") int anywhere(void *ctx)
{
    watched(5);
    return 0;
}

LICENSE("GPL");
