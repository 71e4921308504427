// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// What a BPF program of this project needs to compile, and nothing of any system header: integer types, placement of
// programs and maps in sections, and the helpers that are used. Numbers are those of linux/bpf.h.
#ifndef BPF4J_BPF_H
#define BPF4J_BPF_H

typedef unsigned char __u8;
typedef signed char __s8;
typedef unsigned short __u16;
typedef short __s16;
typedef unsigned int __u32;
typedef int __s32;
typedef unsigned long long __u64;
typedef long long __s64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef _Bool bool;

#define true 1
#define false 0
#define NULL ((void *)0)

#define SEC(name) __attribute__((section(name), used))
#define LICENSE(text) char bpf_license[] SEC("license") = text
#define __inline_always inline __attribute__((always_inline))
#define __not_inlined __attribute__((noinline))
#define __weak_symbol __attribute__((weak))
#define __hidden_symbol __attribute__((visibility("hidden")))
#define __context_argument __attribute__((btf_decl_tag("arg:ctx")))
#define __arena __attribute__((address_space(1)))
#define __relocated __attribute__((preserve_access_index))

#define member_offset(type, member) __builtin_offsetof(type, member)

// A map of `.maps` is a variable whose type says everything: numbers as the length of an array, types as what a
// pointer points to, nested maps as an array of pointers. Numbers of 64 bits are the value of an enumeration, as no array has
// such a length.
#define __uint(name, number) int (*name)[number]
#define __joined(start, number) start##number
#define __numbered(start, number) __joined(start, number)
#define __ulong(name, number) enum { __numbered(__number_, __COUNTER__) = number } name
#define __type(name, type) typeof(type) *name
#define __array(name, type) typeof(type) *name[]

enum bpf_map_type {
    BPF_MAP_TYPE_HASH = 1,
    BPF_MAP_TYPE_ARRAY = 2,
    BPF_MAP_TYPE_PROG_ARRAY = 3,
    BPF_MAP_TYPE_PERF_EVENT_ARRAY = 4,
    BPF_MAP_TYPE_PERCPU_HASH = 5,
    BPF_MAP_TYPE_PERCPU_ARRAY = 6,
    BPF_MAP_TYPE_CGROUP_ARRAY = 8,
    BPF_MAP_TYPE_LRU_HASH = 9,
    BPF_MAP_TYPE_LRU_PERCPU_HASH = 10,
    BPF_MAP_TYPE_LPM_TRIE = 11,
    BPF_MAP_TYPE_ARRAY_OF_MAPS = 12,
    BPF_MAP_TYPE_HASH_OF_MAPS = 13,
    BPF_MAP_TYPE_DEVMAP = 14,
    BPF_MAP_TYPE_SOCKMAP = 15,
    BPF_MAP_TYPE_CPUMAP = 16,
    BPF_MAP_TYPE_XSKMAP = 17,
    BPF_MAP_TYPE_SOCKHASH = 18,
    BPF_MAP_TYPE_CGROUP_STORAGE = 19,
    BPF_MAP_TYPE_REUSEPORT_SOCKARRAY = 20,
    BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE = 21,
    BPF_MAP_TYPE_QUEUE = 22,
    BPF_MAP_TYPE_STACK = 23,
    BPF_MAP_TYPE_SK_STORAGE = 24,
    BPF_MAP_TYPE_DEVMAP_HASH = 25,
    BPF_MAP_TYPE_RINGBUF = 27,
    BPF_MAP_TYPE_INODE_STORAGE = 28,
    BPF_MAP_TYPE_TASK_STORAGE = 29,
    BPF_MAP_TYPE_BLOOM_FILTER = 30,
    BPF_MAP_TYPE_USER_RINGBUF = 31,
    BPF_MAP_TYPE_CGRP_STORAGE = 32,
    BPF_MAP_TYPE_ARENA = 33,
};

enum { BPF_ANY = 0, BPF_NOEXIST = 1, BPF_EXIST = 2 };
enum { BPF_F_NO_PREALLOC = 1, BPF_F_RDONLY_PROG = 1 << 7, BPF_F_MMAPABLE = 1 << 10 };
enum { LIBBPF_PIN_NONE = 0, LIBBPF_PIN_BY_NAME = 1 };

// A call of a helper is a call of the address that is its number.
#define HELPER(number, result, name, ...) static result (*const name)(__VA_ARGS__) = (void *)number

HELPER(1, void *, bpf_map_lookup_elem, void *map, const void *key);
HELPER(2, long, bpf_map_update_elem, void *map, const void *key, const void *value, __u64 flags);
HELPER(5, __u64, bpf_ktime_get_ns, void);
HELPER(6, long, bpf_trace_printk, const char *format, __u32 size, ...);
HELPER(12, long, bpf_tail_call, void *ctx, void *prog_array, __u32 index);
HELPER(14, __u64, bpf_get_current_pid_tgid, void);
HELPER(26, long, bpf_skb_load_bytes, const void *skb, __u32 offset, void *to, __u32 size);
HELPER(34, __u32, bpf_get_hash_recalc, void *skb);
HELPER(35, void *, bpf_get_current_task, void);
HELPER(41, void, bpf_set_hash_invalid, void *skb);
HELPER(70, long, bpf_sock_hash_update, void *sock_ops, void *map, void *key, __u64 flags);
HELPER(71, long, bpf_msg_redirect_hash, void *msg, void *map, void *key, __u64 flags);
HELPER(82, long, bpf_sk_select_reuseport, void *reuseport, void *map, void *key, __u64 flags);
HELPER(86, long, bpf_sk_release, void *sock);
HELPER(87, long, bpf_map_push_elem, void *map, const void *value, __u64 flags);
HELPER(88, long, bpf_map_pop_elem, void *map, void *value);
HELPER(89, long, bpf_map_peek_elem, void *map, void *value);
HELPER(93, long, bpf_spin_lock, void *lock);
HELPER(94, long, bpf_spin_unlock, void *lock);
HELPER(97, long, bpf_skb_ecn_set_ce, void *skb);
HELPER(113, long, bpf_probe_read_kernel, void *to, __u32 size, const void *from);
HELPER(116, long, bpf_tcp_send_ack, void *tp, __u32 rcv_nxt);
HELPER(124, long, bpf_sk_assign, void *ctx, void *sk, __u64 flags);
HELPER(130, long, bpf_ringbuf_output, void *ringbuf, void *data, __u64 size, __u64 flags);
HELPER(153, void *, bpf_per_cpu_ptr, const void *percpu, __u32 cpu);
HELPER(154, void *, bpf_this_cpu_ptr, const void *percpu);
HELPER(164, long, bpf_for_each_map_elem, void *map, void *callback, void *context, __u64 flags);
HELPER(181, long, bpf_loop, __u32 rounds, void *callback, void *context, __u64 flags);

#endif
