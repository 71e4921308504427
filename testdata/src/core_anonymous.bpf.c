// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Fields that stand inside anonymous structures and unions, on one side or on both: a local plain member is found in
// the kernel's anonymous union and the other way round. Missing members inside anonymous unions are missing, not
// errors.
#include <bpf4j/core.h>

// In the kernel `len` is plain, `next` and `rbnode` stand in anonymous unions, `dev` two levels deep.
struct sk_buff {
    struct {
        union {
            unsigned len;
            int no_such_member;
        };
    };
    struct sk_buff *next;
    void *dev;
} __relocated;

struct named {
    int x;
};

struct sk_buff___named_union {
    union {
        struct named next;
    } no_such_name;
} __relocated;

int answers[4];

SEC("raw_tp/kfree_skb") int on_free(__u64 *words)
{
    struct sk_buff *skb = (void *)words[0], *next = NULL;
    struct sk_buff___named_union *other = (void *)skb;
    unsigned len = 0;
    void *dev = NULL;

    core_read(len, skb->len);
    core_read(next, skb->next);
    core_read(dev, skb->dev);
    answers[0] = len;
    answers[1] = next == dev;
    answers[2] = core_field_exists(skb->no_such_member);
    answers[3] = core_field_exists(other->no_such_name);
    return 0;
}

LICENSE("GPL");
