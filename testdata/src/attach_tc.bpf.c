// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// tc programs for filters, tcx and netkit. Each counts the tests' packets under a number of its own.
#include <bpf4j/packet.h>

enum { NEXT = -1, SHOT = 2 };  // TCX_NEXT, TCX_DROP, and the same of TC_ACT_*

#define COUNTER(name, section, number)              \
    SEC(section) int name(struct __sk_buff *skb)    \
    {                                               \
        if (holds_test_packet(skb))                 \
            count(number);                          \
        return NEXT;                                \
    }

COUNTER(look, "tc", 0)
COUNTER(arrive, "tcx/ingress", 2)
COUNTER(leave, "tcx/egress", 3)
COUNTER(leave_primary, "netkit/primary", 4)
COUNTER(leave_peer, "netkit/peer", 5)

SEC("tc") int shoot(struct __sk_buff *skb)
{
    if (!holds_test_packet(skb))
        return NEXT;
    count(1);
    return SHOT;
}

LICENSE("GPL");
