// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// For programs that see packets: the beginnings of their contexts, as
// in linux/bpf.h, the packet that the tests send, and a map that counts for each program.
#ifndef BPF4J_PACKET_H
#define BPF4J_PACKET_H

#include <bpf4j/bpf.h>

// A datagram to this port is the tests'; what the kernel sends by itself is not counted.
#define TEST_PORT 7000

enum { PROTOCOL_IPV4 = 0x0800, IP_PROTOCOL_UDP = 17 };
enum { LINK_BYTES = 14, LINK_PROTOCOL = 12, IP_PROTOCOL = LINK_BYTES + 9, UDP_PORT = LINK_BYTES + 20 + 2 };
enum { HEADERS_BYTES = LINK_BYTES + 20 + 8 };

struct xdp_md {
    __u32 data;
    __u32 data_end;
};

struct __sk_buff {
    __u32 len;
    __u32 pkt_type;
    __u32 mark;
    __u32 queue_mapping;
    __u32 protocol;  // of the link layer, big endian
};

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 8);
    __type(key, __u32);
    __type(value, __u64);
} packets SEC(".maps");

static __inline_always void count(__u32 program)
{
    __u64 *counter = bpf_map_lookup_elem(&packets, &program);

    if (counter)
        __sync_fetch_and_add(counter, 1);
}

// Whether the bytes from the link layer's header on are the tests' packet. Options make an IP header longer; the
// tests send none.
static __inline_always bool is_test_packet(const __u8 *header)
{
    return header[LINK_PROTOCOL] == PROTOCOL_IPV4 >> 8 && header[LINK_PROTOCOL + 1] == (PROTOCOL_IPV4 & 0xff)
        && header[IP_PROTOCOL] == IP_PROTOCOL_UDP
        && header[UDP_PORT] == TEST_PORT >> 8 && header[UDP_PORT + 1] == (TEST_PORT & 0xff);
}

static __inline_always bool holds_test_packet(struct __sk_buff *skb)
{
    __u8 header[HEADERS_BYTES] = {};

    return bpf_skb_load_bytes(skb, 0, header, HEADERS_BYTES) == 0 && is_test_packet(header);
}

#endif
