// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Programs that count how often they run for one thread, and keep what they know of the attachment.
#ifndef BPF4J_PROBED_H
#define BPF4J_PROBED_H

#include <bpf4j/bpf.h>

HELPER(173, __u64, bpf_get_func_ip, void *ctx);
HELPER(174, __u64, bpf_get_attach_cookie, void *ctx);

struct probed {
    // Written by the test: the thread, or 0 for all.
    __u64 thread;
    __u64 count;
    // Of the last run; the sum of all cookies as well, for programs that several attachments share.
    __u64 cookie;
    __u64 cookie_sum;
    __u64 function;
};

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 16);
    __type(key, __u32);
    __type(value, struct probed);
} probed SEC(".maps");

static __inline_always struct probed *ran(__u32 program, void *ctx)
{
    struct probed *own = bpf_map_lookup_elem(&probed, &program);
    if (!own || (own->thread && own->thread != (__u32)bpf_get_current_pid_tgid()))
        return NULL;
    own->cookie = bpf_get_attach_cookie(ctx);
    __sync_fetch_and_add(&own->cookie_sum, own->cookie);
    __sync_fetch_and_add(&own->count, 1);
    return own;
}

#endif
