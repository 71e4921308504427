// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// An arena that the kernel may put anywhere, without variables (kernel 6.9).
#include <bpf4j/bpf.h>

struct {
    __uint(type, BPF_MAP_TYPE_ARENA);
    __uint(map_flags, BPF_F_MMAPABLE);
    __uint(max_entries, 16);
} arena SEC(".maps");

SEC("socket") int nothing(void *ctx)
{
    return 0;
}

LICENSE("GPL");
