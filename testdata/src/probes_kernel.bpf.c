// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Kprobes: on a function that a system call calls, on the system call's own, and on many at once (kernel 5.18).
#include <bpf4j/probed.h>

SEC("kprobe/do_prlimit") int called(void *ctx)
{
    ran(0, ctx);
    return 0;
}

SEC("kretprobe/do_prlimit") int returned(void *ctx)
{
    ran(1, ctx);
    return 0;
}

SEC("ksyscall/prlimit64") int called_syscall(void *ctx)
{
    ran(2, ctx);
    return 0;
}

SEC("kretsyscall/prlimit64") int returned_from_syscall(void *ctx)
{
    ran(3, ctx);
    return 0;
}

SEC("kprobe.multi/*_prlimit*") int called_one(void *ctx)
{
    struct probed *own = ran(4, ctx);
    if (own)
        own->function = bpf_get_func_ip(ctx);
    return 0;
}

SEC("kretprobe.multi/*_prlimit*") int returned_from_one(void *ctx)
{
    ran(5, ctx);
    return 0;
}

// None of these says where, or says it in a way that cannot be.
SEC("kprobe") int anywhere(void *ctx)
{
    ran(6, ctx);
    return 0;
}

SEC("kretprobe/do_prlimit+4") int returned_in_the_middle(void *ctx)
{
    return 0;
}

SEC("kprobe/do prlimit") int called_with_a_space(void *ctx)
{
    return 0;
}

SEC("kprobe.multi/do-*") int called_with_a_dash(void *ctx)
{
    return 0;
}

LICENSE("GPL");
