// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// cflags: -mcpu=v4
// An arena at a fixed address, and variables inside of it (kernel 6.9).
#include <bpf4j/bpf.h>

struct {
    __uint(type, BPF_MAP_TYPE_ARENA);
    __uint(map_flags, BPF_F_MMAPABLE);
    __uint(max_entries, 16);
    __ulong(map_extra, 1ull << 44);
} arena SEC(".maps");

__u64 __arena counter = 41;
__u64 __arena zero;
__u32 __arena several[3] = {1, 2, 3};

SEC("socket") int touch(void *ctx)
{
    counter++;
    several[2] += counter;
    return zero;
}

LICENSE("GPL");
