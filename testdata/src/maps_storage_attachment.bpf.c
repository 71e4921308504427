// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Storage of cgroups by attachment: bytes for each place in a cgroup, and packets for each CPU, which both places share.
#include <bpf4j/packet.h>

HELPER(81, void *, bpf_get_local_storage, void *map, __u64 flags);

struct bpf_cgroup_storage_key {
    __u64 cgroup_inode_id;
    __u32 attach_type;
};

struct {
    __uint(type, BPF_MAP_TYPE_CGROUP_STORAGE);
    __type(key, struct bpf_cgroup_storage_key);
    __type(value, __u64);
} bytes SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE);
    __type(key, __u64);
    __type(value, __u64);
} both SEC(".maps");

static __inline_always int counted(struct __sk_buff *skb)
{
    __u64 *mine = bpf_get_local_storage(&bytes, 0);
    __u64 *shared = bpf_get_local_storage(&both, 0);

    __sync_fetch_and_add(mine, skb->len);
    *shared += 1;
    return 1;
}

SEC("cgroup_skb/egress") int outgoing(struct __sk_buff *skb)
{
    return counted(skb);
}

SEC("cgroup_skb/ingress") int incoming(struct __sk_buff *skb)
{
    return counted(skb);
}

LICENSE("GPL");
