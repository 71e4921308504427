// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// The fields of the kernel's TCP sockets that congestion control programs use. Only names and types matter: every
// access is relocated, so order, size and all other fields are the running kernel's business.
#ifndef BPF4J_TCP_H
#define BPF4J_TCP_H

#include <bpf4j/bpf.h>

struct sock;

struct inet_connection_sock {
    __u8 icsk_ca_state : 5;
    struct {
        __u8 pending;
    } icsk_ack;
    __u64 icsk_ca_priv[13];
} __relocated;

struct tcp_sock {
    struct inet_connection_sock inet_conn;
    __u8 is_cwnd_limited : 1;
    __u8 ecn_flags;
    __u32 snd_cwnd;
    __u32 snd_cwnd_cnt;
    __u32 snd_cwnd_clamp;
    __u32 snd_ssthresh;
    __u32 max_packets_out;
    __u32 rcv_nxt;
    __u32 snd_nxt;
    __u32 snd_una;
    __u32 delivered;
    __u32 delivered_ce;
} __relocated;

enum tcp_ca_state {
    TCP_CA_Open,
    TCP_CA_Disorder,
    TCP_CA_CWR,
    TCP_CA_Recovery,
    TCP_CA_Loss,
};

enum tcp_ca_event {
    CA_EVENT_TX_START,
    CA_EVENT_CWND_RESTART,
    CA_EVENT_COMPLETE_CWR,
    CA_EVENT_LOSS,
    CA_EVENT_ECN_NO_CE,
    CA_EVENT_ECN_IS_CE,
};

enum { TCP_CONG_NON_RESTRICTED = 1, TCP_CONG_NEEDS_ECN = 2 };  // tcp_congestion_ops.flags
enum { TCP_ECN_OK = 1, TCP_ECN_DEMAND_CWR = 4 };               // tcp_sock.ecn_flags
enum { ICSK_ACK_SCHED = 1, ICSK_ACK_TIMER = 2, ICSK_ACK_NOW = 16 };  // icsk_ack.pending

static __inline_always struct tcp_sock *tcp_sk(struct sock *sk)
{
    return (struct tcp_sock *)sk;
}

// TCP keeps as many bytes for a congestion control as icsk_ca_priv has; their meaning is the program's own.
static __inline_always void *tcp_private(struct sock *sk)
{
    return tcp_sk(sk)->inet_conn.icsk_ca_priv;
}

#endif
