// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Storage of cgroups, since Linux 6.2.
#include <bpf4j/bpf.h>

struct {
    __uint(type, BPF_MAP_TYPE_CGRP_STORAGE);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, int);
    __type(value, __u64);
} cgroups SEC(".maps");

LICENSE("GPL");
