// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Counts what leaves a cgroup: packets and bytes by receiver and protocol. Nothing is held back.
#include <bpf4j/bpf.h>

enum { PROTOCOL_IPV4 = 0x0800, PROTOCOL_IPV6 = 0x86dd };
enum { IPV4_PROTOCOL = 9, IPV4_DESTINATION = 16, IPV6_PROTOCOL = 6, IPV6_DESTINATION = 24 };
enum { LET_PASS = 1 };

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define big_endian(x) __builtin_bswap16(x)
#else
#define big_endian(x) (x)
#endif

// The beginning of the context, as in linux/bpf.h.
struct __sk_buff {
    __u32 len;
    __u32 pkt_type;
    __u32 mark;
    __u32 queue_mapping;
    __u32 protocol;  // of the link layer, big endian
};

struct receiver {
    __u8 address[16];  // an IPv4 address as ::ffff:a.b.c.d
    __u32 protocol;    // IPPROTO_*
};

struct traffic {
    __u64 packets;
    __u64 bytes;  // with the IP header, without the link layer's
};

struct {
    __uint(type, BPF_MAP_TYPE_LRU_PERCPU_HASH);
    __uint(max_entries, 4096);
    __type(key, struct receiver);
    __type(value, struct traffic);
} receivers SEC(".maps");

SEC("cgroup_skb/egress") int count(struct __sk_buff *skb)
{
    struct receiver receiver = {};
    __u8 protocol = 0;
    struct traffic *traffic;

    if (skb->protocol == big_endian(PROTOCOL_IPV4)) {
        receiver.address[10] = 0xff;
        receiver.address[11] = 0xff;
        bpf_skb_load_bytes(skb, IPV4_DESTINATION, &receiver.address[12], 4);
        bpf_skb_load_bytes(skb, IPV4_PROTOCOL, &protocol, 1);
    } else if (skb->protocol == big_endian(PROTOCOL_IPV6)) {
        bpf_skb_load_bytes(skb, IPV6_DESTINATION, &receiver.address, 16);
        bpf_skb_load_bytes(skb, IPV6_PROTOCOL, &protocol, 1);
    } else {
        return LET_PASS;
    }
    receiver.protocol = protocol;

    traffic = bpf_map_lookup_elem(&receivers, &receiver);
    if (!traffic) {
        struct traffic none = {};

        bpf_map_update_elem(&receivers, &receiver, &none, BPF_NOEXIST);
        traffic = bpf_map_lookup_elem(&receivers, &receiver);
        if (!traffic)
            return LET_PASS;
    }
    traffic->packets++;
    traffic->bytes += skb->len;
    return LET_PASS;
}

LICENSE("GPL");
