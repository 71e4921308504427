// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A program for both call and return of user functions; counts by its cookie.
#include <bpf4j/count_calls.h>

SEC("uprobe.session") int on_call_and_return(void *ctx)
{
    return count_call(ctx);
}
