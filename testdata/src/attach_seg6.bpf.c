// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Programs of local segments: what arrives for one goes on to the next segment, or ends here.
#include <bpf4j/packet.h>

enum { BPF_OK = 0, BPF_DROP = 2 };

SEC("lwt_seg6local") int forward(struct __sk_buff *skb)
{
    count(0);
    return BPF_OK;
}

SEC("lwt_seg6local") int stop(struct __sk_buff *skb)
{
    count(1);
    return BPF_DROP;
}

LICENSE("GPL");
