// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A program for each attach type of cgroups: it refuses, changes a port or a value, or counts. The members of the
// cgroup see the difference.
#include <bpf4j/packet.h>

enum { REFUSED = 0, PERMITTED = 1 };
enum { SOL_SOCKET = 1, SO_PRIORITY = 12, CHANGED_PRIORITY = 5 };
enum { ZERO_MAJOR = 1, ZERO_MINOR = 5 };  // /dev/zero
enum { BPF_SOCK_OPS_TCP_CONNECT_CB = 3 };

// Ports stand in the network's byte order; this one, 6939, is the same in both.
#define CHANGED_PORT 0x1b1b

// As in linux/bpf.h, so far as they are used.
struct bpf_sock_addr {
    __u32 user_family;
    __u32 user_ip4;
    __u32 user_ip6[4];
    __u32 user_port;
};

struct bpf_sockopt {
    void *sk;
    void *optval;
    void *optval_end;
    __s32 level;
    __s32 optname;
    __s32 optlen;
    __s32 retval;
};

struct bpf_cgroup_dev_ctx {
    __u32 access_type;
    __u32 major;
    __u32 minor;
};

struct bpf_sock_ops {
    __u32 op;
};

#define REFUSING(name, section)      \
    SEC(section) int name(void *ctx) \
    {                                \
        return REFUSED;              \
    }

#define REDIRECTING(name, section)                   \
    SEC(section) int name(struct bpf_sock_addr *ctx) \
    {                                                \
        ctx->user_port = CHANGED_PORT;               \
        return PERMITTED;                            \
    }

REFUSING(ingress, "cgroup_skb/ingress")
REFUSING(egress, "cgroup_skb/egress")
REFUSING(sock_create, "cgroup/sock_create")
REFUSING(post_bind4, "cgroup/post_bind4")
REFUSING(post_bind6, "cgroup/post_bind6")
REFUSING(sysctl, "cgroup/sysctl")

REDIRECTING(bind4, "cgroup/bind4")
REDIRECTING(bind6, "cgroup/bind6")
REDIRECTING(connect4, "cgroup/connect4")
REDIRECTING(connect6, "cgroup/connect6")
REDIRECTING(sendmsg4, "cgroup/sendmsg4")
REDIRECTING(sendmsg6, "cgroup/sendmsg6")
REDIRECTING(recvmsg4, "cgroup/recvmsg4")
REDIRECTING(recvmsg6, "cgroup/recvmsg6")
REDIRECTING(getpeername4, "cgroup/getpeername4")
REDIRECTING(getpeername6, "cgroup/getpeername6")
REDIRECTING(getsockname4, "cgroup/getsockname4")
REDIRECTING(getsockname6, "cgroup/getsockname6")

SEC("cgroup/sock_release") int sock_release(void *ctx)
{
    count(0);
    return PERMITTED;
}

SEC("sockops") int sock_ops(struct bpf_sock_ops *ctx)
{
    if (ctx->op == BPF_SOCK_OPS_TCP_CONNECT_CB)
        count(0);
    return PERMITTED;
}

SEC("cgroup/dev") int device(struct bpf_cgroup_dev_ctx *ctx)
{
    return ctx->major == ZERO_MAJOR && ctx->minor == ZERO_MINOR ? REFUSED : PERMITTED;
}

SEC("cgroup/setsockopt") int setsockopt(struct bpf_sockopt *ctx)
{
    return ctx->level == SOL_SOCKET && ctx->optname == SO_PRIORITY ? REFUSED : PERMITTED;
}

SEC("cgroup/getsockopt") int getsockopt(struct bpf_sockopt *ctx)
{
    int *value = ctx->optval;

    if (ctx->level == SOL_SOCKET && ctx->optname == SO_PRIORITY && (void *)(value + 1) <= ctx->optval_end)
        *value = CHANGED_PRIORITY;
    return PERMITTED;
}

LICENSE("GPL");
