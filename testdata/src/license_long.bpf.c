// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A license longer than what the kernel reads of it (128 bytes), with a section `version` as old loaders wanted it.
#include <bpf4j/bpf.h>

SEC("socket") int plain(void *ctx)
{
    return 0;
}

__u32 bpf_version SEC("version") = 0x060c05;
LICENSE("GPL, and then so many words about it that they do not fit into the hundred and twenty-eight bytes that the "
        "kernel reads of a license before it stops");
