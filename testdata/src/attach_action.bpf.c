// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Programs of tc actions, which count the tests' packets: one stops them, one leaves them to the next action or
// filter, one has no opinion.
#include <bpf4j/packet.h>

enum { TC_ACT_UNSPEC = -1, TC_ACT_SHOT = 2, TC_ACT_PIPE = 3 };

#define ACTION(name, number, verdict)                \
    SEC("action") int name(struct __sk_buff *skb)    \
    {                                                \
        if (!holds_test_packet(skb))                 \
            return TC_ACT_PIPE;                      \
        count(number);                               \
        return verdict;                              \
    }

ACTION(look, 0, TC_ACT_PIPE)
ACTION(shoot, 1, TC_ACT_SHOT)
ACTION(abstain, 2, TC_ACT_UNSPEC)

LICENSE("GPL");
