// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// One program of each type that can be run for a test: what it returns, and leaves in packet and context, shows what
// it was given. The first counts its runs in a map with types, by way of a subprogram.
#include <bpf4j/bpf.h>

HELPER(65, long, bpf_xdp_adjust_tail, void *ctx, int delta);

struct counts {
    __u32 runs;
    __u64 bytes;
};

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct counts);
} counted SEC(".maps");

struct xdp_md {
    __u32 data;
    __u32 data_end;
};

struct __sk_buff {
    __u32 len;
    __u32 pkt_type;
    __u32 mark;
    __u32 unused[33];
    struct bpf_flow_keys *flow_keys __attribute__((aligned(8)));
};

struct bpf_flow_keys {
    __u16 nhoff;
    __u16 thoff;
};

struct bpf_sk_lookup {
    __u64 cookie;
    __u32 family;
    __u32 protocol;
    __u32 remote_ip4;
    __u32 remote_ip6[4];
    __u32 remote_port;
    __u32 local_ip4;
    __u32 local_ip6[4];
    __u32 local_port;
};

struct doubling {
    __u64 number;
    __u64 twice;
};

static __not_inlined long count(__u32 bytes)
{
    __u32 key = 0;
    struct counts *counts = bpf_map_lookup_elem(&counted, &key);

    if (!counts)
        return -1;
    __sync_fetch_and_add(&counts->runs, 1);
    __sync_fetch_and_add(&counts->bytes, bytes);
    return 0;
}

// Adds one to the first byte, and 8 bytes at the end: XDP_TX.
SEC("xdp") int grow(struct xdp_md *ctx)
{
    __u8 *data = (void *)(long)ctx->data;
    __u8 *end = (void *)(long)ctx->data_end;

    if (data + 14 > end || count(end - data))
        return 0;
    data[0]++;
    return bpf_xdp_adjust_tail(ctx, 8) ? 1 : 3;
}

SEC("tc") int add_mark(struct __sk_buff *ctx)
{
    ctx->mark += 5;
    return 2;
}

SEC("socket") int length(struct __sk_buff *ctx)
{
    return ctx->len;
}

SEC("cgroup_skb/egress") int short_only(struct __sk_buff *ctx)
{
    return ctx->len < 100;
}

SEC("raw_tp") int add_arguments(__u64 *ctx)
{
    return ctx[0] + ctx[1];
}

SEC("syscall") int double_up(struct doubling *ctx)
{
    ctx->twice = ctx->number * 2;
    return 7;
}

SEC("sk_lookup") int web_only(struct bpf_sk_lookup *ctx)
{
    return ctx->local_port == 80;
}

SEC("flow_dissector") int dissect(struct __sk_buff *ctx)
{
    ctx->flow_keys->thoff = 34;
    return 0;
}

LICENSE("GPL");
