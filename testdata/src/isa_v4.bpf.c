// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// cflags: -mcpu=v4
// The instructions of processor version 4: sign-extending loads and moves, signed division, byte swap, 32-bit long
// jump, stores of constants. Needs kernel 6.6.
#include <bpf4j/bpf.h>

signed char narrow[4] = {-1, -2, -3, -4};
short medium = -5;
int plain = -6;
long result;
__u64 swapped;

SEC("socket") int compute(void *ctx)
{
    long sum = narrow[1] + medium;

    sum += plain;
    result = sum / (plain | 1);
    result += sum % (medium | 1);
    swapped = __builtin_bswap64(swapped) + __builtin_bswap16((__u16)swapped);
    narrow[2] = 7;
    plain = (signed char)result;
    asm volatile("gotol 1f; 1:");
    return 0;
}

LICENSE("GPL");
