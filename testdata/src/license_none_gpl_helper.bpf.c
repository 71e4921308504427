// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// No section `license`, and a helper that is for GPL programs only: the kernel refuses it.
#include <bpf4j/bpf.h>

SEC("raw_tp/sys_enter") int needs_gpl(void *ctx)
{
    return bpf_get_current_task() == NULL;
}
