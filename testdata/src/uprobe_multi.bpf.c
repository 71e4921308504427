// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Programs for many user functions in one link: their calls, their returns; both count by their cookie.
#include <bpf4j/count_calls.h>

SEC("uprobe.multi") int on_any_call(void *ctx)
{
    return count_call(ctx);
}

SEC("uretprobe.multi") int on_any_return(void *ctx)
{
    return count_call(ctx);
}
