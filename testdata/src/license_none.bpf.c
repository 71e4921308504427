// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// No section `license`: the kernel takes the program for not GPL. It uses nothing that needs more, and loads.
#include <bpf4j/bpf.h>

SEC("socket") int plain(void *ctx)
{
    return 0;
}
