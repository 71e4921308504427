// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Security hooks that refuse: making a folder, and binding a socket in a cgroup.
#include <bpf4j/seen.h>

SEC("lsm/inode_mkdir") int no_folder(void *ctx)
{
    return watched(0) ? -1 : 0;
}

SEC("lsm.s/inode_rmdir") int no_removal(void *ctx)
{
    return watched(1) ? -1 : 0;
}

// For cgroups 1 permits and 0 refuses.
SEC("lsm_cgroup/socket_bind") int no_address(void *ctx)
{
    return watched(2) ? 0 : 1;
}

LICENSE("GPL");
