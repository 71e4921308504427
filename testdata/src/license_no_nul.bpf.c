// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A license of three bytes without a terminating NUL.
#include <bpf4j/bpf.h>

SEC("raw_tp/sys_enter") int needs_gpl(void *ctx)
{
    return bpf_get_current_task() == NULL;
}

char bpf_license[3] SEC("license") = "GPL";
