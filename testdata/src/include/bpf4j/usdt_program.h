// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// The program of usdt.bpf.c and usdt_indexed.bpf.c.

enum { SEEN_COUNT, SEEN_COOKIE, SEEN_ARGUMENT_COUNT, SEEN_ARGUMENTS, SEEN_UNKNOWN = SEEN_ARGUMENTS + 3 };

__u64 seen[SEEN_UNKNOWN + 1];

SEC("usdt") int on_probe(void *ctx)
{
    struct __bpf_usdt_spec *place = usdt_place(ctx);
    if (!place) {
        __sync_fetch_and_add(&seen[SEEN_UNKNOWN], 1);
        return 0;
    }
    __sync_fetch_and_add(&seen[SEEN_COUNT], 1);
    seen[SEEN_COOKIE] = place->usdt_cookie;
    seen[SEEN_ARGUMENT_COUNT] = place->arg_cnt;
    seen[SEEN_ARGUMENTS] = usdt_argument(ctx, place, 0);
    seen[SEEN_ARGUMENTS + 1] = usdt_argument(ctx, place, 1);
    seen[SEEN_ARGUMENTS + 2] = usdt_argument(ctx, place, 2);
    return 0;
}

LICENSE("GPL");
