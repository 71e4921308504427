// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Tracepoints and perf events.
#include <bpf4j/probed.h>

SEC("tracepoint/syscalls/sys_enter_prlimit64") int entered(void *ctx)
{
    ran(0, ctx);
    return 0;
}

SEC("tp/syscalls/sys_exit_prlimit64") int left(void *ctx)
{
    ran(1, ctx);
    return 0;
}

SEC("perf_event") int sampled(void *ctx)
{
    ran(2, ctx);
    return 0;
}

// Neither names what it is for.
SEC("tracepoint") int anywhere(void *ctx)
{
    ran(3, ctx);
    return 0;
}

SEC("tp/syscalls") int somewhere(void *ctx)
{
    ran(4, ctx);
    return 0;
}

LICENSE("GPL");
