// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Global subprograms that say by a tag that an argument is the context of their program (kernel 6.8): with no type of its own,
// shared by programs of two types, and of a type that is right without the tag. Helpers want the context itself.
#include <bpf4j/bpf.h>

struct __sk_buff {
    __u32 len;
};

HELPER(174, __u64, bpf_get_attach_cookie, void *ctx);

__not_inlined int load(int offset, void *ctx __context_argument)
{
    __u32 word = 0;

    bpf_skb_load_bytes(ctx, offset, &word, sizeof(word));
    return word;
}

__not_inlined int length(struct __sk_buff *ctx __context_argument)
{
    return ctx->len;
}

__not_inlined int forward(void *ctx __context_argument, int plus)
{
    volatile void *unused = ctx;

    return plus + (unused != NULL);
}

__not_inlined __u64 cookie(void *ctx __context_argument)
{
    return bpf_get_attach_cookie(ctx);
}

SEC("tc") int filter(struct __sk_buff *ctx)
{
    return load(4, ctx) + length(ctx) + forward(ctx, 1);
}

SEC("xdp") int early(void *ctx)
{
    return forward(ctx, 2);
}

SEC("kprobe") int probe(void *ctx)
{
    return cookie(ctx);
}

LICENSE("GPL");
