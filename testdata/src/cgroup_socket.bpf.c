// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Programs of a cgroup that permit and refuse all new sockets.
#include <bpf4j/bpf.h>

SEC("cgroup/sock_create") int permit(void *ctx)
{
    return 1;
}

SEC("cgroup/sock_create") int refuse(void *ctx)
{
    return 0;
}

LICENSE("GPL");
