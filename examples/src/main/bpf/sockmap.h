// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// How the two sides of a connection on one machine find each other. Shared by the program that files sockets
// (sock_ops) and the one that looks a message's receiver up (sk_msg).
#ifndef BPF4J_EXAMPLES_SOCKMAP_H
#define BPF4J_EXAMPLES_SOCKMAP_H

#include <bpf4j/bpf.h>

enum { AF_INET = 2, AF_INET6 = 10 };
enum { SK_DROP = 0, SK_PASS = 1 };
enum { BPF_F_INGRESS = 1 };
enum { BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB = 4, BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB = 5 };

#define SOCKETS_MAX 65535

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define big_endian(x) __builtin_bswap32(x)
#else
#define big_endian(x) (x)
#endif

// The beginning of both contexts, as in linux/bpf.h: programs see a context by these offsets on every kernel, so
// nothing is relocated. Addresses and remote_port are big endian, local_port is in the byte order of the machine.
struct bpf_sock_ops {
    __u32 op;
    __u32 args[4];
    __u32 family;
    __be32 remote_ip4;
    __be32 local_ip4;
    __be32 remote_ip6[4];
    __be32 local_ip6[4];
    __be32 remote_port;
    __u32 local_port;
};

struct sk_msg_md {
    void *data;
    void *data_end;
    __u32 family;
    __be32 remote_ip4;
    __be32 local_ip4;
    __be32 remote_ip6[4];
    __be32 local_ip6[4];
    __be32 remote_port;
    __u32 local_port;
};

_Static_assert(member_offset(struct bpf_sock_ops, local_port) == 68, "linux/bpf.h: struct bpf_sock_ops");
_Static_assert(member_offset(struct sk_msg_md, local_port) == 64, "linux/bpf.h: struct sk_msg_md");

struct endpoint {
    __be32 address[4];  // an IPv4 address as ::ffff:a.b.c.d
    __u32 port;         // in the byte order of the machine
};

// A socket, named by its connection as it sees it itself.
struct socket_key {
    struct endpoint local;
    struct endpoint remote;
    __u32 family;  // of the packets: an IPv6 socket that talks IPv4 and its IPv4 peer both have AF_INET
};

static __inline_always void set_address(struct endpoint *end, __u32 family, __be32 ip4, __be32 ip6_0, __be32 ip6_1,
                                        __be32 ip6_2, __be32 ip6_3)
{
    bool old = family == AF_INET;

    end->address[0] = old ? 0 : ip6_0;
    end->address[1] = old ? 0 : ip6_1;
    end->address[2] = old ? big_endian(0xffff) : ip6_2;
    end->address[3] = old ? ip4 : ip6_3;
}

// A context is read at its own address plus a constant only. Volatile and before any decision: otherwise clang chooses
// between the addresses of two fields and loads from where the choice points to, which the verifier refuses.
#define context_field(field) (*(const volatile __u32 *)&(field))

// The end called SIDE (local, remote) of a context; a macro, since the contexts have equal fields at unequal offsets.
#define READ_ADDRESS(end, ctx, SIDE)                                                                       \
    set_address(end, context_field((ctx)->family), context_field((ctx)->SIDE##_ip4),                       \
                context_field((ctx)->SIDE##_ip6[0]), context_field((ctx)->SIDE##_ip6[1]),                  \
                context_field((ctx)->SIDE##_ip6[2]), context_field((ctx)->SIDE##_ip6[3]))

static __inline_always __u32 family_of(const struct endpoint *end)
{
    bool mapped = !end->address[0] && !end->address[1] && end->address[2] == big_endian(0xffff);

    return mapped ? AF_INET : AF_INET6;
}

static __inline_always bool is_tcp_over_ip(__u32 family)
{
    return family == AF_INET || family == AF_INET6;
}

// Files a socket whose handshake is done. The kernel then sends and receives for it by way of its sk_msg program.
// Returns whether it was filed.
static __inline_always bool file_socket(struct bpf_sock_ops *ctx, void *map)
{
    struct socket_key self = {};

    if (ctx->op != BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB && ctx->op != BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB)
        return false;
    if (!is_tcp_over_ip(ctx->family))
        return false;
    READ_ADDRESS(&self.local, ctx, local);
    READ_ADDRESS(&self.remote, ctx, remote);
    self.local.port = ctx->local_port;
    self.remote.port = big_endian(ctx->remote_port);
    self.family = family_of(&self.remote);
    return bpf_sock_hash_update(ctx, map, &self, BPF_ANY) == 0;
}

// Puts a message straight into the receive queue of the socket that sees the connection the other way round. Returns
// whether there is one; if not, the message is still to be sent.
static __inline_always bool redirect_to_peer(struct sk_msg_md *ctx, void *map)
{
    struct socket_key peer = {};

    if (!is_tcp_over_ip(ctx->family))
        return false;
    READ_ADDRESS(&peer.local, ctx, remote);
    READ_ADDRESS(&peer.remote, ctx, local);
    peer.local.port = big_endian(ctx->remote_port);
    peer.remote.port = ctx->local_port;
    peer.family = family_of(&peer.local);
    return bpf_msg_redirect_hash(ctx, map, &peer, BPF_F_INGRESS) == SK_PASS;
}

LICENSE("GPL");

#endif
