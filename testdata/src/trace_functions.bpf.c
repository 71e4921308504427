// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Before, after and instead of kernel functions that make and remove folders.
#include <bpf4j/seen.h>

HELPER(184, long, bpf_get_func_ret, void *ctx, __u64 *value);

SEC("fentry/vfs_mkdir") int entered(void *ctx)
{
    struct seen *own = watched(0);
    if (own)
        own->cookie = bpf_get_attach_cookie(ctx);
    return 0;
}

SEC("fexit/vfs_mkdir") int left(void *ctx)
{
    struct seen *own = watched(1);
    __u64 result = 0;
    if (own && bpf_get_func_ret(ctx, &result) == 0)
        own->result = (__s32)result;
    return 0;
}

// EPERM without a call of the function.
SEC("fmod_ret/security_inode_mkdir") int refused(void *ctx)
{
    return watched(2) ? -1 : 0;
}

SEC("fentry/vfs_rmdir") int entered_removal(void *ctx)
{
    watched(3);
    return 0;
}

LICENSE("GPL");
