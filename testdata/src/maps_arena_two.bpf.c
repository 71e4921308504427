// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Two arenas: refused when the object is read, as nothing says which of them holds the variables.
#include <bpf4j/bpf.h>

struct {
    __uint(type, BPF_MAP_TYPE_ARENA);
    __uint(map_flags, BPF_F_MMAPABLE);
    __uint(max_entries, 1);
} first SEC(".maps"), second SEC(".maps");

SEC("socket") int nothing(void *ctx)
{
    return 0;
}

LICENSE("GPL");
