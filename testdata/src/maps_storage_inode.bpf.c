// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Storage of inodes, which kernels with BPF LSM have.
#include <bpf4j/bpf.h>

struct {
    __uint(type, BPF_MAP_TYPE_INODE_STORAGE);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, int);
    __type(value, __u64);
} inodes SEC(".maps");

LICENSE("GPL");
