// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Two processes of one machine talk TCP without TCP: what one writes goes from its socket into the other's receive
// queue. file_established belongs to a cgroup, redirect to the map `sockets`.
#include "sockmap.h"

struct {
    __uint(type, BPF_MAP_TYPE_SOCKHASH);
    __uint(max_entries, SOCKETS_MAX);
    __type(key, struct socket_key);
    __type(value, __u64);
} sockets SEC(".maps");

__u64 established_sockets;
__u64 redirected_messages;
__u64 passed_messages;

SEC("sockops") int file_established(struct bpf_sock_ops *ctx)
{
    if (file_socket(ctx, &sockets))
        __sync_fetch_and_add(&established_sockets, 1);
    return 1;
}

SEC("sk_msg") int redirect(struct sk_msg_md *ctx)
{
    if (redirect_to_peer(ctx, &sockets))
        __sync_fetch_and_add(&redirected_messages, 1);
    else
        __sync_fetch_and_add(&passed_messages, 1);
    return SK_PASS;
}
