// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Bitfields read from a structure that may be dereferenced: four relocations each (offset, width of the load, both
// shifts) and loads of all widths, of which the kernel's remains. Members of tcp_congestion_ops, so that any kernel
// runs it.
#include <bpf4j/core.h>
#include <bpf4j/entry.h>
#include <bpf4j/tcp.h>

struct tcp_sock___bits {
    unsigned char nonagle : 4;
    unsigned char is_cwnd_limited : 1;
    unsigned char syn_data : 1;
    unsigned char dup_ack_counter : 2;
} __relocated;

struct inet_connection_sock___bits {
    unsigned char icsk_ca_state : 5;
    unsigned char icsk_ca_initialized : 1;
} __relocated;

SEC("struct_ops/ssthresh") ENTRY(__u32, ssthresh, struct sock *, sk)
{
    struct tcp_sock___bits *tp = (void *)sk;
    struct inet_connection_sock___bits *icsk = (void *)sk;

    return core_bitfield(tp, nonagle) + core_bitfield(tp, is_cwnd_limited) + core_bitfield(tp, syn_data)
           + core_bitfield(tp, dup_ack_counter) + core_bitfield(icsk, icsk_ca_state)
           + core_bitfield(icsk, icsk_ca_initialized);
}

struct tcp_congestion_ops {
    __u32 (*ssthresh)(struct sock *sk);
};

SEC(".struct_ops") struct tcp_congestion_ops bits = {.ssthresh = (void *)ssthresh};

LICENSE("GPL");
