// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// DCTCP (RFC 8257) as a struct_ops of BPF programs. Included by the objects that differ in how they register it.
//
// Switches mark packets (CE) as soon as a queue begins to build. The receiver echoes each change of the mark at once,
// so that the sender can tell which part of a window was marked; the sender keeps a running mean of it, alpha, and on
// congestion takes only alpha/2 of its window away.
#ifndef BPF4J_EXAMPLES_DCTCP_H
#define BPF4J_EXAMPLES_DCTCP_H

#include <bpf4j/core.h>
#include <bpf4j/entry.h>
#include <bpf4j/tcp.h>

#define ALPHA_BITS 10                 // alpha is a fraction of 1 << ALPHA_BITS
#define ALPHA_ONE (1U << ALPHA_BITS)
#define GAIN_BITS 4                   // a window counts 1/16 in the running mean
#define SMALLEST_WINDOW 2U

// Alpha of a new connection; 1 is what the RFC advises: react to the first mark as if everything were marked.
const volatile __u32 initial_alpha = ALPHA_ONE;

// What has happened so far, over all connections.
__u64 connections;
__u64 closed_connections;
__u64 acks;
__u64 ce_marks;
__u64 window_reductions;
__u64 missed_reductions;   // made up for, as dctcp_ssthresh was not run
__u64 losses;
__u32 last_alpha = ALPHA_ONE;

struct dctcp {
    __u32 alpha;
    __u32 window_end;          // when this sequence number is acknowledged, a window has passed
    __u32 delivered;           // tcp_sock's counters as they were at the window's start
    __u32 delivered_ce;
    __u32 rcv_nxt_before_mark;
    __u32 ce_state;            // whether the last packet received carried the mark
    __u32 window_at_loss;
    __u32 ecn;                 // whether both sides agreed on ECN; without it this is plain Reno
};

_Static_assert(sizeof(struct dctcp) <= member_offset(struct inet_connection_sock, icsk_ca_priv[13])
                   - member_offset(struct inet_connection_sock, icsk_ca_priv),
               "the kernel keeps 104 bytes for a congestion control");

static __inline_always __u32 smaller(__u32 a, __u32 b)
{
    return a < b ? a : b;
}

static __inline_always __u32 larger(__u32 a, __u32 b)
{
    return a > b ? a : b;
}

static __inline_always void count(__u64 *counter)
{
    __sync_fetch_and_add(counter, 1);
}

static __inline_always void begin_window(const struct tcp_sock *tp, struct dctcp *state)
{
    state->window_end = tp->snd_nxt;
    state->delivered = tp->delivered;
    state->delivered_ce = tp->delivered_ce;
}

SEC("struct_ops/dctcp_init") ENTRY(void, dctcp_init, struct sock *, sk)
{
    struct tcp_sock *tp = tcp_sk(sk);
    struct dctcp *state = tcp_private(sk);

    state->alpha = smaller(initial_alpha, ALPHA_ONE);
    state->rcv_nxt_before_mark = tp->rcv_nxt;
    state->ce_state = 0;
    state->window_at_loss = 0;
    state->ecn = tp->ecn_flags & TCP_ECN_OK;
    begin_window(tp, state);
    count(&connections);
}

SEC("struct_ops/dctcp_release") ENTRY(void, dctcp_release, struct sock *, sk)
{
    count(&closed_connections);
}

static __inline_always __u32 smaller_window(const struct tcp_sock *tp, const struct dctcp *state)
{
    __u32 window = tp->snd_cwnd;
    __u32 cut = state->ecn ? (__u64)window * state->alpha >> (ALPHA_BITS + 1) : window / 2;

    return larger(window - cut, SMALLEST_WINDOW);
}

SEC("struct_ops/dctcp_ssthresh") ENTRY(__u32, dctcp_ssthresh, struct sock *, sk)
{
    struct dctcp *state = tcp_private(sk);

    state->window_at_loss = tcp_sk(sk)->snd_cwnd;
    count(&window_reductions);
    return smaller_window(tcp_sk(sk), state);
}

// Once in a window: alpha = alpha * 15/16 + marked share of what the window delivered / 16.
SEC("struct_ops/dctcp_in_ack_event") ENTRY(void, dctcp_in_ack_event, struct sock *, sk, __u32, flags)
{
    struct tcp_sock *tp = tcp_sk(sk);
    struct dctcp *state = tcp_private(sk);
    __u32 alpha = state->alpha, delivered, marked;

    count(&acks);
    // A kernel may have skipped dctcp_ssthresh and taken 0 for its answer: those of 5.12 to 6.0 skip a program that
    // interrupts another, and docs/dctcp.md tells of one more. From a window of 0 the connection would never come back.
    if (!tp->snd_ssthresh) {
        tp->snd_ssthresh = smaller_window(tp, state);
        count(&missed_reductions);
    }
    if ((__s32)(tp->snd_una - state->window_end) < 0)
        return;
    delivered = tp->delivered - state->delivered;
    marked = tp->delivered_ce - state->delivered_ce;
    // Below 16 the sixteenth part rounds to nothing, and alpha would never come down to 0.
    alpha -= alpha >> GAIN_BITS ? alpha >> GAIN_BITS : alpha;
    if (marked && delivered)
        alpha = smaller(alpha + ((__u64)marked << (ALPHA_BITS - GAIN_BITS)) / delivered, ALPHA_ONE);
    state->alpha = alpha;
    // An end that only receives has windows too, in which nothing was delivered: its alpha says nothing.
    if (delivered)
        last_alpha = alpha;
    begin_window(tp, state);
}

static __inline_always void react_to_loss(struct sock *sk)
{
    struct tcp_sock *tp = tcp_sk(sk);
    struct dctcp *state = tcp_private(sk);

    state->window_at_loss = tp->snd_cwnd;
    tp->snd_ssthresh = larger(tp->snd_cwnd / 2, SMALLEST_WINDOW);
    count(&losses);
}

// A loss is answered as Reno does; a timeout is seen in dctcp_cwnd_event, so that one round trip is cut only once.
SEC("struct_ops/dctcp_set_state") ENTRY(void, dctcp_set_state, struct sock *, sk, __u8, state)
{
    const struct inet_connection_sock *icsk = &tcp_sk(sk)->inet_conn;

    if (state == TCP_CA_Recovery && core_bitfield(icsk, icsk_ca_state) != TCP_CA_Recovery)
        react_to_loss(sk);
}

static __inline_always void echo_mark(struct tcp_sock *tp, __u32 marked)
{
    if (marked)
        tp->ecn_flags |= TCP_ECN_DEMAND_CWR;
    else
        tp->ecn_flags &= ~TCP_ECN_DEMAND_CWR;
}

// The mark came or went: a delayed acknowledgement that is still due must speak for the packets before the change only.
static __inline_always void on_mark(struct sock *sk, __u32 marked)
{
    struct tcp_sock *tp = tcp_sk(sk);
    struct dctcp *state = tcp_private(sk);

    if (marked)
        count(&ce_marks);
    if (state->ce_state != marked) {
        if (tp->inet_conn.icsk_ack.pending & ICSK_ACK_TIMER) {
            echo_mark(tp, state->ce_state);
            bpf_tcp_send_ack(tp, state->rcv_nxt_before_mark);
        }
        tp->inet_conn.icsk_ack.pending |= ICSK_ACK_NOW;
    }
    state->rcv_nxt_before_mark = tp->rcv_nxt;
    state->ce_state = marked;
    echo_mark(tp, marked);
}

SEC("struct_ops/dctcp_cwnd_event") ENTRY(void, dctcp_cwnd_event, struct sock *, sk, enum tcp_ca_event, event)
{
    if (event == CA_EVENT_ECN_IS_CE)
        on_mark(sk, 1);
    else if (event == CA_EVENT_ECN_NO_CE)
        on_mark(sk, 0);
    else if (event == CA_EVENT_LOSS)
        react_to_loss(sk);
}

// Whether the window is what holds the sender back; a window that is not used does not grow.
static __inline_always bool limited_by_window(struct tcp_sock *tp)
{
    if (core_bitfield(tp, is_cwnd_limited))
        return true;
    return tp->snd_cwnd < tp->snd_ssthresh && tp->snd_cwnd < 2 * tp->max_packets_out;
}

// Reno: one packet more for each acknowledged one below the threshold, one more in each round trip above it.
SEC("struct_ops/dctcp_cong_avoid") ENTRY(void, dctcp_cong_avoid, struct sock *, sk, __u32, ack, __u32, acked)
{
    struct tcp_sock *tp = tcp_sk(sk);
    __u32 window = tp->snd_cwnd, threshold = tp->snd_ssthresh;

    if (!limited_by_window(tp))
        return;
    if (window < threshold) {
        __u32 grown = smaller(window + acked, threshold);

        acked -= grown - window;
        window = grown;
    }
    if (acked && window) {
        __u32 counted = tp->snd_cwnd_cnt + acked;

        tp->snd_cwnd_cnt = counted % window;
        window += counted / window;
    }
    tp->snd_cwnd = smaller(window, tp->snd_cwnd_clamp);
}

SEC("struct_ops/dctcp_undo_cwnd") ENTRY(__u32, dctcp_undo_cwnd, struct sock *, sk)
{
    const struct dctcp *state = tcp_private(sk);

    return larger(tcp_sk(sk)->snd_cwnd, state->window_at_loss);
}

// The members that DCTCP fills, in an order of its own: the loader finds each in the kernel's structure by its name.
struct tcp_congestion_ops {
    char name[16];
    __u32 flags;
    void (*init)(struct sock *sk);
    void (*release)(struct sock *sk);
    void (*in_ack_event)(struct sock *sk, __u32 flags);
    void (*cwnd_event)(struct sock *sk, enum tcp_ca_event event);
    __u32 (*ssthresh)(struct sock *sk);
    void (*cong_avoid)(struct sock *sk, __u32 ack, __u32 acked);
    __u32 (*undo_cwnd)(struct sock *sk);
    void (*set_state)(struct sock *sk, __u8 state);
};

#define DCTCP_OPS(text)                           \
    {                                             \
        .name = text,                             \
        .flags = TCP_CONG_NEEDS_ECN,              \
        .init = (void *)dctcp_init,               \
        .release = (void *)dctcp_release,         \
        .in_ack_event = (void *)dctcp_in_ack_event, \
        .cwnd_event = (void *)dctcp_cwnd_event,   \
        .ssthresh = (void *)dctcp_ssthresh,       \
        .cong_avoid = (void *)dctcp_cong_avoid,   \
        .undo_cwnd = (void *)dctcp_undo_cwnd,     \
        .set_state = (void *)dctcp_set_state,     \
    }

LICENSE("GPL");

#endif
