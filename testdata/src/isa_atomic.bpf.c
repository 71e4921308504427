// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Atomic instructions of both widths, with and without the old value, exchange and compare-and-exchange.
#include <bpf4j/bpf.h>

__u64 wide;
__u32 narrow;
__u64 old[6];

SEC("socket") int update(void *ctx)
{
    __sync_fetch_and_add(&wide, 1);
    __sync_fetch_and_add(&narrow, 2);
    old[0] = __sync_fetch_and_add(&wide, 3);
    old[1] = __sync_fetch_and_or(&narrow, 4);
    old[2] = __sync_fetch_and_and(&wide, 5);
    old[3] = __sync_fetch_and_xor(&narrow, 6);
    old[4] = __sync_lock_test_and_set(&wide, 7);
    old[5] = __sync_val_compare_and_swap(&wide, 7, 8);
    return 0;
}

LICENSE("GPL");
