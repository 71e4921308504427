// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// What a kernel has for struct tcp_congestion_ops, fewer members apart, and the value type around it. It has no programs.
#include <bpf4j/bpf.h>

struct sock;

struct tcp_congestion_ops {
    __u32 (*ssthresh)(struct sock *sk);
    void (*cong_avoid)(struct sock *sk, __u32 ack, __u32 acked);
    void (*set_state)(struct sock *sk, __u8 new_state);
    __u32 (*undo_cwnd)(struct sock *sk);
    char name[16];
    void *owner;
    __u32 key;
    __u32 flags;
    void (*init)(struct sock *sk);
};

struct bpf_struct_ops_tcp_congestion_ops {
    struct {
        __u32 references;
        __u32 state;
    } common;
    struct tcp_congestion_ops data __attribute__((aligned(64)));
};

struct bpf_struct_ops_tcp_congestion_ops value;
