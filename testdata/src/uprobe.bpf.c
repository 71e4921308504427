// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Programs for a user function's call and return, one of which may sleep; all count by their cookie.
#include <bpf4j/count_calls.h>

SEC("uprobe") int on_call(void *ctx)
{
    return count_call(ctx);
}

SEC("uretprobe") int on_return(void *ctx)
{
    return count_call(ctx);
}

SEC("uprobe.s") int on_call_sleeping(void *ctx)
{
    return count_call(ctx);
}
