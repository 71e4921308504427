// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Lines for both streams of a program, where the kernel has the function for it (6.18); it returns what that returns.
#include <bpf4j/externs.h>

struct xdp_md {
    __u32 data;
    __u32 data_end;
};

extern int bpf_stream_vprintk_impl(int stream_id, const char *fmt__str, const void *args, __u32 len__sz,
                                   void *aux__prog) __ksym __weak_symbol;

const char length[] = "%d bytes\n";
const char complaint[] = "nobody listens\n";

SEC("xdp") int say(struct xdp_md *ctx)
{
    __u64 args[] = { ctx->data_end - ctx->data };

    if (!bpf_stream_vprintk_impl)
        return -1;
    bpf_stream_vprintk_impl(2, complaint, args, 0, 0);
    return bpf_stream_vprintk_impl(1, length, args, sizeof(args), 0);
}

LICENSE("GPL");
