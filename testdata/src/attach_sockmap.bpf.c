// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A program for each attach type of sockmaps: all but the one that finds the ends of messages drop what comes.
#include <bpf4j/packet.h>

enum { SK_DROP = 0 };

struct {
    __uint(type, BPF_MAP_TYPE_SOCKMAP);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, __u32);
} sockets SEC(".maps");

#define DROPPING(name, section, number)  \
    SEC(section) int name(void *ctx)     \
    {                                    \
        count(number);                   \
        return SK_DROP;                  \
    }

DROPPING(message, "sk_msg", 0)
DROPPING(verdict, "sk_skb/verdict", 1)
DROPPING(stream_verdict, "sk_skb/stream_verdict", 2)

SEC("sk_skb/stream_parser") int stream_parser(struct __sk_buff *skb)
{
    count(3);
    return skb->len;
}

LICENSE("GPL");
