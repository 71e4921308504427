// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// drop: .BTF .rel.BTF .rel.BTF.ext
// .BTF.ext without the BTF that it refers to: it is not used. Loads.
#include <bpf4j/bpf.h>

SEC("socket") int plain(void *ctx)
{
    return 0;
}

LICENSE("GPL");
