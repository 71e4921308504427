// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Programs that look at what one process does: each has an element of `seen`, where a test writes the process and
// reads how often the program ran for it.
#ifndef BPF4J_SEEN_H
#define BPF4J_SEEN_H

#include <bpf4j/bpf.h>

HELPER(174, __u64, bpf_get_attach_cookie, void *ctx);

struct seen {
    __u32 process;
    __s32 result;
    __u64 count;
    __u64 cookie;
};

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 8);
    __type(key, __u32);
    __type(value, struct seen);
} seen SEC(".maps");

// Counts, and returns the program's element if the process is the one to look at.
static __inline_always struct seen *watched(__u32 program)
{
    struct seen *own = bpf_map_lookup_elem(&seen, &program);
    if (!own || own->process != bpf_get_current_pid_tgid() >> 32)
        return NULL;
    __sync_fetch_and_add(&own->count, 1);
    return own;
}

#endif
