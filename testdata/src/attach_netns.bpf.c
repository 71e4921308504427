// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// What belongs to a network namespace: a program that finds the socket
// for a connection, and one that dissects packets; and a tc program that has a packet dissected.
#include <bpf4j/packet.h>

enum { SK_PASS = 1 };
enum { STEERED_PORT = 7001 };
enum { BPF_OK = 0, NEXT = -1 };

struct bpf_sk_lookup {
    __u64 sk;
    __u32 family;
    __u32 protocol;
    __be32 remote_ip4;
    __be32 remote_ip6[4];
    __be16 remote_port;
    __be16 unused;
    __be32 local_ip4;
    __be32 local_ip6[4];
    __u32 local_port;  // in the byte order of the machine
};

_Static_assert(member_offset(struct bpf_sk_lookup, local_port) == 60, "linux/bpf.h: struct bpf_sk_lookup");

struct {
    __uint(type, BPF_MAP_TYPE_SOCKMAP);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, __u64);
} listener SEC(".maps");

SEC("sk_lookup") int steer(struct bpf_sk_lookup *ctx)
{
    __u32 first = 0;
    void *socket;

    if (ctx->local_port != STEERED_PORT)
        return SK_PASS;
    socket = bpf_map_lookup_elem(&listener, &first);
    if (!socket)
        return SK_PASS;
    bpf_sk_assign(ctx, socket, 0);
    bpf_sk_release(socket);
    count(0);
    return SK_PASS;
}

SEC("flow_dissector") int dissect(struct __sk_buff *skb)
{
    count(1);
    return BPF_OK;
}

// The hash of a packet is made of what dissecting it finds.
SEC("tc") int hash(struct __sk_buff *skb)
{
    if (holds_test_packet(skb)) {
        bpf_set_hash_invalid(skb);
        bpf_get_hash_recalc(skb);
        count(2);
    }
    return NEXT;
}

LICENSE("GPL");
