// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A switch's port as DCTCP wants it, around any queue of the kernel: `enter` sees packets before the queue, at the
// interface that they go out by; `leave` sees them behind it, at the peer that they come in at. The difference of their
// bytes is the queue, which anybody can read at any time. Marks packets when the queue is longer than a threshold, and
// is the end of the buffer itself: were packets dropped between the two, the difference would be off for good.
#include <bpf4j/bpf.h>

enum { GO_ON = -1, DROP = 2 }; // TC_ACT_UNSPEC, which is TCX_NEXT as well, and TC_ACT_SHOT

enum { LINK_BYTES = 14, ECN = 3, CONGESTION_EXPERIENCED = 3 };

// The beginning of the context, as in linux/bpf.h.
struct __sk_buff {
    __u32 len;  // with the link layer's header, in both directions
};

const volatile bool marks = true;              // no: only measure, somebody else marks
const volatile __u64 mark_above_bytes = 30000; // RFC 8257 calls it K
const volatile __u64 buffer_bytes = 250000;

__u64 entered_bytes;
__u64 left_bytes;
__u64 entered_packets;
__u64 marked_packets;
__u64 dropped_packets;

SEC("tc") int enter(struct __sk_buff *skb)
{
    __u64 queued = __sync_fetch_and_add(&entered_bytes, skb->len) - left_bytes;

    __sync_fetch_and_add(&entered_packets, 1);
    if (queued + skb->len > buffer_bytes) {
        __sync_fetch_and_sub(&entered_bytes, skb->len);
        __sync_fetch_and_add(&dropped_packets, 1);
        return DROP;
    }
    // It stays as it is if it is of a connection that does not speak ECN.
    if (marks && queued > mark_above_bytes)
        bpf_skb_ecn_set_ce(skb);
    return GO_ON;
}

SEC("tc") int leave(struct __sk_buff *skb)
{
    struct {
        __u8 version_and_size;
        __u8 service;
    } ipv4 = {};

    __sync_fetch_and_add(&left_bytes, skb->len);
    // Here, so that it counts whoever marked.
    if (bpf_skb_load_bytes(skb, LINK_BYTES, &ipv4, sizeof(ipv4)) == 0 && ipv4.version_and_size >> 4 == 4
        && (ipv4.service & ECN) == CONGESTION_EXPERIENCED)
        __sync_fetch_and_add(&marked_packets, 1);
    return GO_ON;
}

LICENSE("GPL");
