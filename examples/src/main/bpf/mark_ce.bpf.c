// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Plays the congested switch that DCTCP is made for: marks one in `every` of the packets that leave a cgroup, if they
// are of a connection that speaks ECN. The loopback has no queue that would ever mark any.
#include <bpf4j/bpf.h>

const volatile __u32 every = 10;

__u64 packets;
__u64 marked_packets;

SEC("cgroup_skb/egress") int mark(void *skb)
{
    __u64 number = __sync_fetch_and_add(&packets, 1);

    if (every && number % every == 0 && bpf_skb_ecn_set_ce(skb) == 1)
        __sync_fetch_and_add(&marked_packets, 1);
    return 1;
}

LICENSE("GPL");
