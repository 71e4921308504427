// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Counts by the cookie of the attachment, so that a test sees which one a program ran for.
#include <bpf4j/bpf.h>

HELPER(174, __u64, bpf_get_attach_cookie, void *ctx);

__u64 calls[8];

static __inline_always int count_call(void *ctx)
{
    __sync_fetch_and_add(&calls[bpf_get_attach_cookie(ctx) & 7], 1);
    return 0;
}

LICENSE("GPL");
