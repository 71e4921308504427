// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A function that exists and that programs must not change: it is not on the kernel's list of those that may fail.
#include <bpf4j/bpf.h>

SEC("fmod_ret/tcp_reno_ssthresh") int attach_target(void *ctx)
{
    return 0;
}

LICENSE("GPL");
