// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// XDP programs for an interface, and two that belong into maps.
#include <bpf4j/packet.h>

enum { XDP_DROP = 1, XDP_PASS = 2 };

static __inline_always bool is_ours(struct xdp_md *ctx)
{
    const __u8 *data = (void *)(long)ctx->data;
    const __u8 *end = (void *)(long)ctx->data_end;

    return data + HEADERS_BYTES <= end && is_test_packet(data);
}

SEC("xdp") int drop(struct xdp_md *ctx)
{
    if (!is_ours(ctx))
        return XDP_PASS;
    count(0);
    return XDP_DROP;
}

SEC("xdp") int pass(struct xdp_md *ctx)
{
    if (is_ours(ctx))
        count(1);
    return XDP_PASS;
}

SEC("xdp/devmap") int into_device(struct xdp_md *ctx)
{
    return XDP_PASS;
}

SEC("xdp/cpumap") int onto_cpu(struct xdp_md *ctx)
{
    return XDP_PASS;
}

LICENSE("GPL");
