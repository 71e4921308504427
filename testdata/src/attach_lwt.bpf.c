// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Programs of routes, one for each point, and one that stops the
// tests' packets. They see a packet from its IP header on.
#include <bpf4j/packet.h>

enum { BPF_OK = 0, BPF_DROP = 2 };

static __inline_always bool is_ours(struct __sk_buff *skb)
{
    __u8 header[HEADERS_BYTES] = { [LINK_PROTOCOL] = PROTOCOL_IPV4 >> 8, [LINK_PROTOCOL + 1] = PROTOCOL_IPV4 & 0xff };

    return bpf_skb_load_bytes(skb, 0, header + LINK_BYTES, HEADERS_BYTES - LINK_BYTES) == 0 && is_test_packet(header);
}

#define COUNTER(name, section, number)              \
    SEC(section) int name(struct __sk_buff *skb)    \
    {                                               \
        if (is_ours(skb))                           \
            count(number);                          \
        return BPF_OK;                              \
    }

COUNTER(arrive, "lwt_in", 0)
COUNTER(send, "lwt_out", 1)
COUNTER(leave, "lwt_xmit", 2)

SEC("lwt_out") int stop(struct __sk_buff *skb)
{
    if (!is_ours(skb))
        return BPF_OK;
    count(3);
    return BPF_DROP;
}

LICENSE("GPL");
