// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// The half of the legacy pair that files sockets. Belongs to a cgroup.
#include "sockmap_legacy.h"

SEC("sockops") int file_established(struct bpf_sock_ops *ctx)
{
    file_socket(ctx, &sockets);
    return 1;
}
