// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A static function in a section of programs: libbpf refuses it, for it would have to be a program without a name of
// its own.
#include <bpf4j/bpf.h>

static SEC("socket") __not_inlined int own(int x)
{
    return x + bpf_ktime_get_ns();
}

SEC("socket") int entry(void *ctx)
{
    return own(1);
}

LICENSE("GPL");
