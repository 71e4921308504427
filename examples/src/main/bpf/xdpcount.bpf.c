// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Counts what arrives at a network interface, by protocol, before the network stack sees it. Everything passes.
#include <bpf4j/bpf.h>

enum { XDP_PASS = 2 };
enum { PROTOCOL_IPV4 = 0x0800, PROTOCOL_IPV6 = 0x86dd };
enum { LINK_BYTES = 14, LINK_PROTOCOL = 12, IPV4_BYTES = 20, IPV4_PROTOCOL = 9, IPV6_BYTES = 40, IPV6_PROTOCOL = 6 };

struct xdp_md {
    __u32 data;
    __u32 data_end;
};

struct protocol {
    __u32 link;  // ETH_P_*
    __u32 ip;    // IPPROTO_*, 0 for what is no IP
};

struct traffic {
    __u64 packets;
    __u64 bytes;
};

struct {
    __uint(type, BPF_MAP_TYPE_LRU_PERCPU_HASH);
    __uint(max_entries, 1024);
    __type(key, struct protocol);
    __type(value, struct traffic);
} protocols SEC(".maps");

SEC("xdp") int count(struct xdp_md *ctx)
{
    const __u8 *packet = (void *)(long)ctx->data;
    const __u8 *end = (void *)(long)ctx->data_end;
    const __u8 *inner = packet + LINK_BYTES;
    struct protocol protocol = {};
    struct traffic *traffic;

    if (inner > end)
        return XDP_PASS;
    protocol.link = packet[LINK_PROTOCOL] << 8 | packet[LINK_PROTOCOL + 1];
    if (protocol.link == PROTOCOL_IPV4 && inner + IPV4_BYTES <= end)
        protocol.ip = inner[IPV4_PROTOCOL];
    else if (protocol.link == PROTOCOL_IPV6 && inner + IPV6_BYTES <= end)
        protocol.ip = inner[IPV6_PROTOCOL];

    traffic = bpf_map_lookup_elem(&protocols, &protocol);
    if (!traffic) {
        struct traffic none = {};

        bpf_map_update_elem(&protocols, &protocol, &none, BPF_NOEXIST);
        traffic = bpf_map_lookup_elem(&protocols, &protocol);
        if (!traffic)
            return XDP_PASS;
    }
    traffic->packets++;
    traffic->bytes += end - packet;
    return XDP_PASS;
}

LICENSE("GPL");
