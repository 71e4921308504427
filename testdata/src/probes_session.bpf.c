// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Sessions of kprobes (kernel 6.10): the program runs at the call and, since it returns 0, at the return.
#include <bpf4j/probed.h>

SEC("kprobe.session/do_prlimit") int around(void *ctx)
{
    ran(0, ctx);
    return 0;
}

// Sees no return.
SEC("kprobe.session/do_prlimit") int before(void *ctx)
{
    ran(1, ctx);
    return 1;
}

LICENSE("GPL");
