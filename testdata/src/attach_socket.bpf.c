// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Socket filters, whose result is how much of a packet is kept,
// counted from the UDP header; and a program that chooses a socket among those of one port.
#include <bpf4j/packet.h>

enum { SK_PASS = 1 };
enum { UDP_HEADER_BYTES = 8, KEPT_BYTES = 4 };

struct {
    __uint(type, BPF_MAP_TYPE_REUSEPORT_SOCKARRAY);
    __uint(max_entries, 2);
    __type(key, __u32);
    __type(value, __u64);
} group SEC(".maps");

SEC("socket") int shorten(struct __sk_buff *skb)
{
    count(0);
    return UDP_HEADER_BYTES + KEPT_BYTES;
}

SEC("socket") int swallow(struct __sk_buff *skb)
{
    count(1);
    return 0;
}

SEC("sk_reuseport") int choose(void *ctx)
{
    __u32 second = 1;

    count(2);
    bpf_sk_select_reuseport(ctx, &group, &second, 0);
    return SK_PASS;
}

LICENSE("GPL");
