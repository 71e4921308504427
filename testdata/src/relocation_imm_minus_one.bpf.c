// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// Instructions that look like a call of a subprogram to a careless reader: a jump that compares with -1, and two-slot
// loads of plain constants, with and without the sign bit of the low half.
#include <bpf4j/bpf.h>

volatile __u64 wide;

SEC("socket") int compare(void *ctx)
{
    int tag = (int)wide;

    if (tag == -1)
        return 1;
    wide = 0x1234567890abcdefULL;
    wide += 0x00000001fffffff0ULL;
    return 0;
}

LICENSE("GPL");
