// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// The refused instruction stands in a subprogram, behind the program's own: line info has to be rebased to name its
// line.
#include <bpf4j/bpf.h>

static __not_inlined __u64 dereference(__u64 *address)
{
    return *address;  // the refused line
}

SEC("socket") int jumps_into_the_dark(void *ctx)
{
    return dereference((__u64 *)bpf_ktime_get_ns());
}

LICENSE("GPL");
