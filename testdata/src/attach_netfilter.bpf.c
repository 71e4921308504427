// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Netfilter programs: one stops every packet, the other lets it pass.
#include <bpf4j/packet.h>

enum { NF_DROP = 0, NF_ACCEPT = 1 };

SEC("netfilter") int stop(void *ctx)
{
    count(0);
    return NF_DROP;
}

SEC("netfilter") int accept(void *ctx)
{
    count(1);
    return NF_ACCEPT;
}

LICENSE("GPL");
