// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// AF_XDP sockets: the tests' packets go to the one in the first slot, if there is one.
#include <bpf4j/packet.h>

enum { XDP_PASS = 2 };

HELPER(51, long, bpf_redirect_map, void *map, __u64 key, __u64 flags);

struct {
    __uint(type, BPF_MAP_TYPE_XSKMAP);
    __uint(max_entries, 2);
    __type(key, __u32);
    __type(value, __u32);
} sockets SEC(".maps");

SEC("xdp") int to_socket(struct xdp_md *ctx)
{
    const __u8 *data = (void *)(long)ctx->data;
    const __u8 *end = (void *)(long)ctx->data_end;

    if (data + HEADERS_BYTES > end || !is_test_packet(data))
        return XDP_PASS;
    count(0);
    return bpf_redirect_map(&sockets, 0, XDP_PASS);
}

LICENSE("GPL");
